import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentDigest } from "../../src/registry/content-hash.ts";
import { DraftState } from "../../src/registry/draft-state.ts";
import { RegistryState } from "../../src/registry/registry-state.ts";
import type { RegistryView } from "../../src/registry/registry-view.ts";
import type { KindedRecord, LogEntry, RecordChange } from "../../src/store/scope-log.ts";
import { sampleEntry, sampleResourceServer, sampleScope } from "../store/sample-records.ts";

const names = ["a", "b", "c", "d", "e"];
const owners = ["", "alpha-api", "beta-api"];
const uris = ["urn:one", "urn:two", "urn:three"];

/** What a step does to one record: puts it there in some form, or takes it away. */
const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant("scope" as const),
    name: fc.constantFrom(...names),
    owner: fc.constantFrom(...owners),
    description: fc.constantFrom("Reads", "Writes"),
    state: fc.constantFrom("ACTIVE", "DEPRECATED", "DISABLED", "PENDING"),
    isDefault: fc.boolean(),
    exists: fc.nat(3).map((number) => number > 0),
  }),
  fc.record({
    kind: fc.constant("resourceServer" as const),
    name: fc.constantFrom(...owners.slice(1)),
    displayName: fc.constantFrom("", "A"),
    exists: fc.nat(3).map((number) => number > 0),
  }),
);
type Kind = "scope" | "resourceServer";
type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never;
const anySteps = fc.array(fc.array(anyStep, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

/** The records by plain maps, and the entries that lead to them. */
class Model {
  readonly records = { scope: new Map<string, KindedRecord>(), resourceServer: new Map<string, KindedRecord>() };
  readonly entries: LogEntry[] = [];
  /** Only what the plans do today: no scope is deleted, and none changes hands. */
  readonly keepsOwners: boolean;

  constructor(groups: readonly (readonly Step[])[], keepsOwners: boolean) {
    this.keepsOwners = keepsOwners;
    for (const steps of groups) {
      const revision = this.entries.length + 1;
      const changes = new Map<string, RecordChange>();
      for (const step of steps) changes.set(`${step.kind} ${step.name}`, this.change(step, revision));
      this.entries.push(sampleEntry(revision, [...changes.values()]));
      for (const change of changes.values()) this.put(change);
    }
  }

  change(step: Step, revision: number): RecordChange {
    const known = this.records[step.kind].get(step.name)?.record;
    const keeps = this.keepsOwners && known !== undefined;
    if (step.kind === "resourceServer") {
      // As the registry's plans do: each URI has one holder, and nobody gives one up.
      const resources = uris.filter((_, at) => owners[(at % 2) + 1] === step.name);
      const record = sampleResourceServer({ name: step.name, displayName: step.displayName, resources, revision });
      const after = keeps || step.exists ? record : undefined;
      return { kind: step.kind, name: step.name, before: known as typeof record | undefined, after };
    }
    const { kind, exists, ...fields } = step;
    const before = known as ReturnType<typeof sampleScope> | undefined;
    const owner = keeps ? before?.owner : step.owner;
    const after = keeps || exists ? sampleScope({ ...fields, owner: owner ?? "", revision }) : undefined;
    return { kind, name: step.name, before, after };
  }

  put({ kind, name, after }: RecordChange): void {
    if (after === undefined) this.records[kind as Kind].delete(name);
    else this.records[kind as Kind].set(name, { kind, record: after } as KindedRecord);
  }

  recordsOf<K extends Kind>(kind: K): Extract<KindedRecord, { kind: K }>["record"][] {
    return [...this.records[kind].values()].map(({ record }) => record as never);
  }
}

function replay(entries: readonly LogEntry[]): RegistryState {
  const state = new RegistryState();
  for (const entry of entries) state.apply(entry);
  return state;
}

function expectModel(view: RegistryView, model: Model): void {
  const scopes = model.recordsOf("scope");
  const servers = model.recordsOf("resourceServer");
  expect(view.revision).toBe(model.entries.length);
  for (const name of names) expect(view.scope(name)).toEqual(scopes.find((scope) => scope.name === name));
  for (const owner of owners) {
    const own = scopes.filter((scope) => scope.owner === owner).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(view.scopesOf(owner)).toEqual(own);
    expect(view.contentDigestOf(owner)).toBe(contentDigest(own));
    expect(view.resourceServer(owner)).toBe(servers.find(({ name }) => name === owner));
    if (model.keepsOwners) expect(view.lastChangeOf(owner)).toBe(Math.max(0, ...own.map(({ revision }) => revision)));
  }
  for (const uri of uris) {
    expect(view.holderOf(uri)).toBe(servers.find(({ resources }) => resources.includes(uri))?.name);
  }
}

describe.each([
  { which: "any entries", keepsOwners: false },
  { which: "entries in which no scope is deleted or changes hands", keepsOwners: true },
])("after $which, the state", ({ keepsOwners }) => {
  const anyModel = anySteps.map((groups) => new Model(groups, keepsOwners));

  it("is what plain maps say", () => {
    fc.assert(
      fc.property(anyModel, fc.boolean(), (model, digestsEarly) => {
        const state = new RegistryState();
        for (const entry of model.entries) {
          // A digest that somebody has asked for is kept from then on: it must stay right.
          if (digestsEarly) for (const owner of owners) state.contentDigestOf(owner);
          state.apply(entry);
        }
        expectModel(state, model);
        expect(state.namesOf()).toEqual([...model.records.scope.keys()].sort());
        expect(state.scopes.size).toBe(model.records.scope.size);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same drafted on an earlier state, which the draft leaves as it was", () => {
    fc.assert(
      fc.property(anyModel, fc.nat(), (model, at) => {
        const { entries } = model;
        const cut = at % (entries.length + 1);
        const base = replay(entries.slice(0, cut));
        const untouched = replay(entries.slice(0, cut));
        const draft = new DraftState(base);
        for (const entry of entries.slice(cut)) draft.add(entry);
        expectModel(draft, model);
        for (const name of names) expect(base.scope(name)).toEqual(untouched.scope(name));
        for (const owner of owners) expect(base.contentDigestOf(owner)).toBe(untouched.contentDigestOf(owner));
      }),
      { numRuns: 300 },
    );
  });

  it("is the same loaded from a snapshot in whatever batches, with the later entries applied", () => {
    fc.assert(
      fc.property(anySteps, fc.nat(), fc.integer({ min: 1, max: 4 }), (groups, at, batchSize) => {
        const whole = new Model(groups, keepsOwners);
        const cut = at % (groups.length + 1);
        const early = new Model(groups.slice(0, cut), keepsOwners);
        const records = [...early.records.resourceServer.values(), ...early.records.scope.values()];
        const state = new RegistryState();
        for (let from = 0; from < records.length; from += batchSize) state.load(records.slice(from, from + batchSize));
        state.finishLoading(cut);
        for (const { changes, ...entry } of whole.entries.slice(cut)) state.apply({ ...entry, changes });
        for (const name of names) expect(state.scope(name)).toEqual(replay(whole.entries).scope(name));
        for (const owner of owners) {
          expect(state.scopesOf(owner)).toEqual(replay(whole.entries).scopesOf(owner));
          expect(state.contentDigestOf(owner)).toBe(contentDigest(replay(whole.entries).scopesOf(owner)));
          if (keepsOwners) expect(state.lastChangeOf(owner)).toBe(replay(whole.entries).lastChangeOf(owner));
        }
        for (const uri of uris) expect(state.holderOf(uri)).toBe(replay(whole.entries).holderOf(uri));
        expect(state.namesOf()).toEqual(replay(whole.entries).namesOf());
      }),
      { numRuns: 300 },
    );
  });
});

describe("the state", () => {
  it("takes no entry that does not follow", () => {
    const state = replay([sampleEntry(1), sampleEntry(2)]);
    expect(() => state.apply(sampleEntry(2))).toThrow("Revision 2 does not follow revision 2");
    expect(() => state.apply(sampleEntry(4))).toThrow("Revision 4 does not follow revision 2");
    expect(state.revision).toBe(2);
  });
});
