import { judgeScopes } from "@scope-registry/client/judging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContentHash } from "../../src/registry/content-hash.ts";
import { RegistryState } from "../../src/registry/registry-state.ts";
import type { RecordChange } from "../../src/store/scope-log.ts";
import {
  anyHistory,
  anyRegistrant,
  anyRegistration,
  contentHashFromScratch,
  entryOf,
  owner,
  plan,
  planUnlessRefused,
  register,
} from "./sample-registrations.ts";

/** A state that came about by registrations, and one more registration. */
const oneMore = fc.record({ history: anyHistory, registrant: anyRegistrant, registration: anyRegistration });

function stateAfter(history: typeof anyHistory extends fc.Arbitrary<infer H> ? H : never): RegistryState {
  const state = new RegistryState();
  for (const { registrant, registration } of history) register(state, registrant, registration);
  return state;
}

function ownerOf(change: RecordChange): readonly (string | undefined)[] {
  if (change.kind !== "scope" && change.kind !== "reservedName") return [change.name];
  return [change.before?.owner, change.after?.owner].filter((owner) => owner !== undefined);
}

describe("whatever was registered before, a registration", () => {
  it("changes records of its own owner only", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const changes = planUnlessRefused(state, registrant, registration)?.changes ?? [];
        expect(changes.flatMap(ownerOf).filter((owner) => owner !== registrant.owner)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("claims no resource that another owner holds", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const holders = new Map(
          ["one", "two", "three", "four"].map((end) => [`urn:${end}`, state.holderOf(`urn:${end}`)]),
        );
        register(state, registrant, registration);
        for (const [uri, holder] of holders) {
          expect(holder === undefined ? [undefined, registrant.owner] : [holder]).toContain(state.holderOf(uri));
        }
        for (const scope of state.scopesOf(registrant.owner)) {
          for (const uri of scope.resources) expect(state.holderOf(uri)).toBe(registrant.owner);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("starts each change at what the record is, and does not change it otherwise", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const planned = planUnlessRefused(state, registrant, registration);
        const names = planned?.changes.map(({ kind, name }) => `${kind} ${name}`) ?? [];
        expect(new Set(names).size).toBe(names.length);
        for (const change of planned?.changes ?? []) {
          const { kind, name, after } = change;
          const { createTime } = (change.before ?? after) as { createTime: number };
          const known = { scope: state.scope(name), reservedName: state.reservedName(name) };
          expect(change.before).toBe(kind === "resourceServer" ? state.resourceServer(name) : known[kind as "scope"]);
          if (after === undefined) expect(["scope", "reservedName"]).toContain(kind);
          else expect(after).toMatchObject({ name, revision: state.revision + 1, createTime });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is planned without touching the state, and the same each time", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const untouched = stateAfter(history);
        const first = planUnlessRefused(state, registrant, registration);
        expect(planUnlessRefused(state, registrant, registration)).toEqual(first);
        expect(planUnlessRefused(untouched, registrant, registration)).toEqual(first);
        expect(state.namesOf().map((name) => state.scope(name))).toEqual(
          untouched.namesOf().map((name) => untouched.scope(name)),
        );
      }),
    );
  });

  it("made twice is UNCHANGED, or SUPERSEDED as before, and changes nothing", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const repeated = { ...registration, validateOnly: false, expectedRevision: undefined };
        const first = register(state, registrant, repeated);
        if (first === undefined) return;
        const { changes, answer } = plan(state, registrant, repeated);
        const superseded = first.results.some(({ outcome }) => outcome === "SUPERSEDED");
        expect(changes).toEqual([]);
        expect(answer.results.map(({ outcome }) => outcome)).toEqual(
          repeated.scopes.map(() => (superseded ? "SUPERSEDED" : "UNCHANGED")),
        );
        expect(answer.contentHash).toBe(first.contentHash);
        expect(answer.revision).toBe(first.revision);
      }),
      { numRuns: 500 },
    );
  });

  it("with MERGE touches no scope that it does not name; with REPLACE it leaves none of its own enabled", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const named = new Set(registration.scopes.map(({ name }) => name));
        const others = state.namesOf().filter((name) => !named.has(name));
        const before = new Map(others.map((name) => [name, state.scope(name)]));
        const answer = register(state, registrant, { ...registration, validateOnly: false });
        const results = answer?.results ?? [];
        const acts = results.length > 0 && results.every(({ outcome }) => outcome !== "SUPERSEDED");
        for (const [name, scope] of before) {
          const disables = acts && registration.mode === "REPLACE" && scope?.owner === registrant.owner;
          if (disables && scope.state !== "DISABLED") {
            const { revision } = state;
            const updateTime = state.scope(name)?.updateTime ?? 0;
            expect(state.scope(name)).toEqual({ ...scope, state: "DISABLED", revision, updateTime });
            expect(results).toContainEqual({ name, outcome: "DISABLED", scope: state.scope(name) });
          } else {
            expect(state.scope(name)).toBe(scope);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("that is only validated answers what the real one does, but for the revision of its change", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const real = planUnlessRefused(state, registrant, { ...registration, validateOnly: false });
        const dry = planUnlessRefused(state, registrant, { ...registration, validateOnly: true });
        expect(dry?.answer.results).toEqual(real?.answer.results);
        expect(dry?.answer.contentHash).toBe(real?.answer.contentHash);
        if (dry !== undefined) expect(dry.answer.revision).toBe(state.revision);
      }),
    );
  });

  it("answers the scopes and the content hash that the state then has", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const answer = register(state, registrant, { ...registration, validateOnly: false });
        if (answer === undefined) return;
        expect(answer.revision).toBe(state.revision);
        expect(answer.contentHash).toBe(contentHashFromScratch(state.scopesOf(registrant.owner)));
        for (const { name, scope } of answer.results) expect(scope).toEqual(state.scope(name));
      }),
      { numRuns: 500 },
    );
  });

  it("grants nobody by default what it did not get by default before, without the right to", () => {
    fc.assert(
      fc.property(oneMore, ({ history, registrant, registration }) => {
        const state = stateAfter(history);
        const granted = (resources: readonly string[]) => {
          const request = { scopes: [], clientId: "", resources, mode: "NARROW", consentLocales: undefined } as const;
          return judgeScopes(state, request).grantedScopes;
        };
        const named = state
          .scopesOf(registrant.owner)
          .concat(state.scopes.defaults())
          .flatMap((scope) => scope.resources);
        const registered = registration.scopes.flatMap((scope) => scope.resources);
        const requests = [[], ...[...new Set([...named, ...registered])].map((uri) => [uri])];
        const before = requests.map(granted);
        register(state, { ...registrant, mayRegisterDefaults: false }, registration);
        requests.forEach((resources, at) => {
          const after = granted(resources);
          // Where no default is tied to the resource any more, those apply that every request without one gets.
          const tied = after.some((name) => state.scope(name)?.resources.some((uri) => resources.includes(uri)));
          const allowed = tied || resources.length === 0 ? before[at] : [...(before[at] ?? []), ...(before[0] ?? [])];
          expect(allowed).toEqual(expect.arrayContaining([...after]));
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe("the content hash", () => {
  it("is the same for the same definitions, in whatever order and steps they were registered", () => {
    const definitions = anyRegistration.map(({ scopes }) => scopes);
    fc.assert(
      fc.property(definitions, fc.nat(), (scopes, cut) => {
        const registration = { mode: "MERGE", release: 0, validateOnly: false, displayName: "" } as const;
        const registrant = owner("alpha-api", true);
        const hashAfter = (...steps: (typeof scopes)[]) => {
          const state = new RegistryState();
          for (const step of steps) {
            const planned = plan(state, registrant, { ...registration, scopes: step, expectedRevision: undefined });
            if (planned.changes.length > 0) state.apply(entryOf(state, "alpha-api", planned));
          }
          return formatContentHash(state.contentDigestOf("alpha-api"));
        };
        const at = cut % (scopes.length + 1);
        const whole = hashAfter(scopes);
        expect(hashAfter(scopes.toReversed())).toBe(whole);
        expect(hashAfter(scopes.slice(0, at), scopes.slice(at))).toBe(whole);
      }),
    );
  });
});
