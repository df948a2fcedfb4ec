/** Whatever resource servers and administrators do, one after the other: what must hold afterwards. */
import {
  aliasesInForce,
  isInForce,
  isTemplateName,
  judgeScopes,
  parametersIn,
  parseTemplate,
  type ScopeRecord,
} from "@scope-registry/client/judging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRegistration } from "../../src/registry/check-registration.ts";
import { DraftState } from "../../src/registry/draft-state.ts";
import { planApproval } from "../../src/registry/governance/approve-scopes.ts";
import type { Actor } from "../../src/registry/governance/authority.ts";
import { planEnabling } from "../../src/registry/governance/enable-scopes.ts";
import { planGrant, planRevocation } from "../../src/registry/governance/grants.ts";
import { planRefusal } from "../../src/registry/governance/refuse-scopes.ts";
import { planRelease } from "../../src/registry/governance/release-names.ts";
import { planDeletion, planDisabling } from "../../src/registry/governance/retire-scopes.ts";
import { planServerSettings } from "../../src/registry/governance/set-resource-server.ts";
import { planTransfer } from "../../src/registry/governance/transfer-scopes.ts";
import { holderOfName } from "../../src/registry/name-holders.ts";
import { planRegistration } from "../../src/registry/plan-registration.ts";
import { planScope } from "../../src/registry/plan-scope.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { RegistryState } from "../../src/registry/registry-state.ts";
import type { Plan, RegistryView } from "../../src/registry/registry-view.ts";
import { resourcesInForce } from "../../src/registry/resource-ownership.ts";
import type { LogEntry, RecordChange, ResourceServerModeName } from "../../src/store/scope-log.ts";
import { ADMIN, DEFAULTS_SCOPE, define, entryOf, nextStamp, owner, registrationOf } from "./sample-registrations.ts";

const OWNERS = ["alpha-api", "beta-api"];
const EXACT = ["a:x", "a:y", "b:x", "t:1:r", "t:2:r", "t:1:w"];
const TEMPLATES = ["t:{id}:r", "t:{key}:r", "t:{id}:w", "u:{id}:r", "t:{id}:{part}"];
const NAMES = [...EXACT, ...TEMPLATES];
const INSTANCES = [...EXACT, "t:9:r", "t:9:w", "t:9:z", "u:9:r"];
const PREFIXES = ["a:", "b", "t:", "u:{"];
const URIS = ["urn:one", "urn:two"];
const CLIENTS = ["web", "cli"];
const NO_USES = { today: 20_000, uses: new Map() };

class Act {
  readonly what: string;
  readonly actor: Actor;
  readonly plan: (view: RegistryView) => Plan<unknown>;
  readonly #how: object;

  constructor(what: string, actor: Actor, how: object, plan: Act["plan"]) {
    this.what = what;
    this.actor = actor;
    this.plan = plan;
    this.#how = how;
  }

  /** For the counterexample. */
  [fc.toStringMethod](): string {
    return `\n${this.actor.owner} ${this.what} ${JSON.stringify(this.#how)}`;
  }
}

/** Two of them often, so that one name goes all its way. */
const anyName = fc.constantFrom("a:x", "a:x", "a:x", "t:{id}:r", "t:{id}:r", ...NAMES);
const someNames = fc.oneof(
  { weight: 3, arbitrary: anyName.map((name) => [name]) },
  fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 2 }),
);
const anyOwner = fc.constantFrom(...OWNERS).map((name) => owner(name, true));
const anyActor = fc.oneof(anyOwner, fc.constant(ADMIN));
/** Mostly the first value. */
const mostly = <T>(usual: T, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

const anyScope = fc.record({
  name: anyName,
  alias: mostly("", fc.constantFrom(...NAMES)),
  restricted: fc.constantFrom(undefined, true, false),
  isDefault: fc.constantFrom(undefined, true, false),
  resources: mostly<string[]>([], fc.subarray(URIS, { maxLength: 1 })),
});

const registering = fc
  .record({
    actor: anyOwner,
    scopes: fc.uniqueArray(anyScope, { selector: ({ name }) => name, minLength: 1, maxLength: 2 }),
    mode: mostly<"MERGE" | "REPLACE">("MERGE", fc.constant("REPLACE")),
  })
  .map(({ actor, scopes, mode }) => {
    const definitions = scopes.map(({ name, alias, isDefault, ...rest }) => {
      const aliases = fits(name, alias) ? [alias] : [];
      return define(name, { ...rest, isDefault: isTemplateName(name) ? undefined : isDefault, aliases });
    });
    const registration = registrationOf(definitions, { mode });
    return new Act("register", actor, { scopes, mode }, (view) =>
      planRegistration(view, actor, checkRegistration(registration), nextStamp(view), DEFAULTS_SCOPE),
    );
  });

const setting = fc
  .record({
    name: fc.constantFrom(...OWNERS),
    mode: fc.constantFrom<ResourceServerModeName>("READ_WRITE", "READ_WRITE", "REVIEW", "REVIEW", "READ_ONLY"),
    namePrefixes: mostly<string[]>([], fc.subarray(PREFIXES, { maxLength: 1 })),
    resources: fc.constantFrom([], URIS.slice(0, 1), URIS),
  })
  .map((settings) => {
    const whole = { ...settings, displayName: "", contact: "", maySetDefaults: false };
    const plan = (view: RegistryView) => planServerSettings(view, ADMIN, whole, undefined, nextStamp(view));
    return new Act("set", ADMIN, settings, plan);
  });

const governing = fc
  .record({
    what: fc.constantFrom(
      "disable",
      "enable",
      "delete",
      "delete",
      "release",
      "release",
      "release",
      "transfer",
      "approve",
      "refuse",
      "refuse",
      "grant",
      "revoke",
    ),
    actor: anyActor,
    names: someNames,
    newOwner: fc.constantFrom(...OWNERS),
    client: fc.constantFrom(...CLIENTS),
  })
  .map(({ what, actor, names, newOwner, client }) => {
    const retirement = { names, force: true, validateOnly: false };
    const plans: Record<string, Act["plan"]> = {
      disable: (view) => planDisabling(view, actor, retirement, NO_USES, nextStamp(view)),
      enable: (view) => planEnabling(view, actor, names, nextStamp(view), DEFAULTS_SCOPE),
      delete: (view) => planDeletion(view, actor, retirement, NO_USES, nextStamp(view)),
      release: (view) => planRelease(view, actor, names, nextStamp(view)),
      transfer: (view) => planTransfer(view, actor, names, newOwner, nextStamp(view)),
      approve: (view) => planApproval(view, actor, names, undefined, nextStamp(view)),
      refuse: (view) => planRefusal(view, actor, names, undefined, nextStamp(view)),
      grant: (view) => planGrant(view, actor, client, names, nextStamp(view)),
      revoke: (view) => planRevocation(view, actor, client, names, nextStamp(view)),
    };
    return new Act(what, actor, { names, newOwner, client }, plans[what] as Act["plan"]);
  });

const anyAct = fc.oneof(
  { weight: 4, arbitrary: registering },
  { weight: 1, arbitrary: setting },
  { weight: 8, arbitrary: governing },
);
const anyActs = fc.array(anyAct, { minLength: 20, maxLength: 60, size: "max" });

/** Whether an alias has the parameters of a name, and is another one. */
function fits(name: string, alias: string): boolean {
  const parametersOf = (text: string) => parseTemplate(text)?.parameters.toSorted().join(" ");
  return alias !== "" && alias !== name && parametersOf(name) === parametersOf(alias);
}

/** The entry that an act makes; undefined if it is refused, or changes nothing. */
function entryOfAct(view: RegistryView, act: Act): LogEntry | undefined {
  try {
    const plan = act.plan(view);
    return plan.changes.length === 0 ? undefined : entryOf(view, act.actor.owner, plan);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** Runs acts one after the other, and shows each that changes something. */
function play(
  acts: readonly Act[],
  show: (act: Act, before: RegistryState, after: RegistryState, entry: LogEntry) => void,
) {
  const entries: LogEntry[] = [];
  const state = replay(entries);
  for (const act of acts) {
    const entry = entryOfAct(state, act);
    if (entry === undefined) continue;
    const before = replay(entries);
    entries.push(entry);
    state.apply(entry);
    show(act, before, state, entry);
  }
  return entries;
}

function replay(entries: readonly LogEntry[]): RegistryState {
  const state = new RegistryState();
  for (const entry of entries) state.apply(entry);
  return state;
}

function scopesIn(state: RegistryState): readonly ScopeRecord[] {
  return state.namesOf().map((name) => state.scope(name) as ScopeRecord);
}

function check(show: Parameters<typeof play>[1]): void {
  fc.assert(
    fc.property(anyActs, (acts) => void play(acts, show)),
    { numRuns: 200 },
  );
}

function isInstance(text: string, name: string): boolean {
  const template = parseTemplate(text);
  return template !== undefined && parametersIn(template, name) !== undefined;
}

function templatesMatching(state: RegistryState, name: string): readonly ScopeRecord[] {
  return scopesIn(state).filter((scope) =>
    [scope.name, ...aliasesInForce(scope)].some((each) => isInstance(each, name)),
  );
}

function grantedTo(state: RegistryState, clientId: string): readonly string[] {
  const granted = INSTANCES.filter((name) => {
    const request = { scopes: [name], clientId, resources: [], mode: "NARROW", consentLocales: undefined } as const;
    return judgeScopes(state, request).valid;
  });
  const unasked = { scopes: [], clientId, resources: [], mode: "NARROW", consentLocales: undefined } as const;
  return [...granted, ...judgeScopes(state, unasked).grantedScopes.map((name) => `default ${name}`)];
}

it("the acts meet in every way that matters here", () => {
  const made = new Set<string>();
  for (const acts of fc.sample(anyActs, { seed: 1, numRuns: 1_000 })) {
    play(acts, ({ what, actor }, _before, _after, { changes }) => {
      made.add(`${what} by ${actor.isAdmin ? "an administrator" : "an owner"}`);
      for (const { kind, after } of changes) {
        made.add(`${kind} ${after === undefined ? "gone" : "put"}`);
        if (kind === "scope" && after?.refusedProposal !== undefined) made.add("proposal refused");
      }
    });
  }
  const both = ["disable", "enable", "delete", "transfer", "grant", "revoke"];
  const acts = both.flatMap((what) => [`${what} by an administrator`, `${what} by an owner`]);
  const byOne = [
    "register by an owner",
    "set by an administrator",
    "release by an administrator",
    "approve by an administrator",
    "refuse by an administrator",
  ];
  const records = ["scope put", "scope gone", "reservedName put", "reservedName gone", "client put", "client gone"];
  const met = [...acts, ...byOne, ...records, "resourceServer put", "proposal refused"];
  expect([...made].sort()).toEqual(met.sort());
});

describe("whatever was done before", () => {
  it("a name has one holder: a scope, the scope that has it as an alias, or who it is reserved to", () => {
    check((_act, _before, after) => {
      for (const name of NAMES) {
        const aliased = scopesIn(after).filter((scope) => aliasesInForce(scope).includes(name));
        const holders = [after.scope(name), after.reservedName(name), ...aliased].filter((each) => each !== undefined);
        expect(holders.length).toBeLessThanOrEqual(1);
      }
    });
  });

  it("a name goes to another owner by a transfer, and becomes free by a release, only", () => {
    check(({ what }, before, after) => {
      for (const name of NAMES) {
        const was = holderOfName(before, name)?.owner;
        const is = holderOfName(after, name)?.owner;
        if (was === is || was === undefined) continue;
        expect(what).toBe(is === undefined ? "release" : "transfer");
      }
    });
  });

  it("no two templates match one name, and a template's owner has all names that it matches, also of a reserved one", () => {
    check((_act, _before, after) => {
      for (const name of INSTANCES) {
        const matching = templatesMatching(after, name);
        expect(matching.length).toBeLessThanOrEqual(1);
        const holder = holderOfName(after, name)?.owner;
        if (holder !== undefined && matching[0] !== undefined) expect(holder).toBe(matching[0].owner);
        const reserved = [...after.reservedNames()].filter(({ name: text }) => isInstance(text, name));
        const owners = [holder, matching[0]?.owner, ...reserved.map((each) => each.owner)];
        expect(new Set(owners.filter((each) => each !== undefined)).size).toBeLessThanOrEqual(1);
        expect(after.reservedFamily(name) === undefined).toBe(reserved.length === 0);
      }
    });
  });

  it("nobody has a name under another's prefix", () => {
    check((_act, _before, after) => {
      for (const name of NAMES) {
        const holder = holderOfName(after, name)?.owner;
        const claim = after.claimOver(name);
        if (holder !== undefined && claim !== undefined) expect(claim.holder).toBe(holder);
      }
    });
  });

  it("every resource that a valid scope is tied to is held by its owner, and goes to another by a transfer only", () => {
    check(({ what }, before, after) => {
      for (const scope of scopesIn(after).filter(isInForce)) {
        for (const uri of resourcesInForce(scope)) expect(after.holderOf(uri)).toBe(scope.owner);
      }
      for (const uri of URIS) {
        const was = before.holderOf(uri);
        const is = after.holderOf(uri);
        if (was !== undefined && is !== was) expect(what).toBe(is === undefined ? "set" : "transfer");
      }
    });
  });

  it("who is no administrator changes what is its own only, and clients by grants only", () => {
    check(({ what, actor }, before, _after, { changes }) => {
      if (actor.isAdmin) return;
      for (const change of changes) {
        if (change.kind === "client") expect(["grant", "revoke"]).toContain(what);
        else if (change.kind === "resourceServer")
          expect(what === "transfer" || change.name === actor.owner).toBe(true);
        else expect(holderOfName(before, change.name)?.owner ?? actor.owner).toBe(actor.owner);
      }
    });
  });

  it("what an administrator has disabled becomes valid by an administrator only", () => {
    check(({ actor }, before, after) => {
      if (actor.isAdmin) return;
      for (const { name, disabledByAdmin } of scopesIn(before)) {
        if (disabledByAdmin) expect(after.scope(name)).toMatchObject({ state: "DISABLED", disabledByAdmin: true });
      }
    });
  });

  it("a resource server that is reviewed gives nobody anything by itself but grants", () => {
    check(({ what, actor }, before, after) => {
      if (actor.isAdmin || before.resourceServer(actor.owner)?.mode !== "REVIEW") return;
      if (what === "grant" || what === "transfer") return;
      for (const client of ["", ...CLIENTS]) {
        expect(grantedTo(before, client)).toEqual(expect.arrayContaining([...grantedTo(after, client)]));
      }
    });
  });

  it("a refusal changes nothing for anybody, and what is refused neither waits nor is in force by the same definition", () => {
    check(({ what }, before, after, { changes }) => {
      if (what === "refuse") {
        for (const client of ["", ...CLIENTS]) expect(grantedTo(after, client)).toEqual(grantedTo(before, client));
      }
      for (const { name, refusedProposal } of scopesIn(after)) {
        if (refusedProposal === undefined) continue;
        const scope = after.scope(name) as ScopeRecord;
        expect(isInForce(scope) && scope.proposal === undefined).toBe(true);
        if (after.resourceServer(scope.owner)?.mode !== "REVIEW") continue;
        const { isDefault, restricted, resources, aliases } = refusedProposal;
        const same = define(name, { ...scope, isDefault, restricted, resources, aliases });
        const { outcome, scope: planned } = planScope(after, scope.owner, "REPLACE", same, nextStamp(after));
        expect([outcome, planned]).toEqual(["UNCHANGED", scope]);
      }
      expect(changes.length).toBeGreaterThan(0);
    });
  });

  it("a resource server that is READ_ONLY changes nothing but grants", () => {
    check(({ what, actor }, before) => {
      if (actor.isAdmin || before.resourceServer(actor.owner)?.mode !== "READ_ONLY") return;
      expect(["grant", "revoke"]).toContain(what);
    });
  });

  it("a name that was released is granted to nobody by what was given before", () => {
    check(({ what }, before, after, { changes }) => {
      if (what !== "release") return;
      const freed = changes.filter(({ kind }) => kind === "reservedName").map(({ name }) => name);
      expect(freed.length).toBeGreaterThan(0);
      for (const client of after.clientRecords()) {
        for (const name of client.grantedScopes.filter((each) => freed.includes(each))) {
          // It is an instance of a template of the owner's, who has given the grant.
          expect(after.matchTemplate(name)?.owner).toBe(before.reservedName(name)?.owner);
        }
      }
      expect(before.revision + 1).toBe(after.revision);
    });
  });

  it("each change begins with what the record is, and a record changes once in an entry", () => {
    check((_act, before, _after, { changes }) => {
      const touched = changes.map(({ kind, name }) => `${kind} ${name}`);
      expect(new Set(touched).size).toBe(touched.length);
      for (const change of changes) expect(change.before).toEqual(recordIn(before, change));
    });
  });

  it("acts drafted one after the other are planned as on the state that they lead to", () => {
    fc.assert(
      fc.property(anyActs, fc.nat(60), (acts, at) => {
        const entries = play(acts.slice(0, at), () => undefined);
        const draft = new DraftState(replay(entries));
        const applied = replay(entries);
        for (const act of acts.slice(at)) {
          const onDraft = entryOfAct(draft, act);
          expect(onDraft).toEqual(entryOfAct(applied, act));
          if (onDraft === undefined) continue;
          draft.add(onDraft);
          applied.apply(onDraft);
        }
        for (const name of [...NAMES, ...INSTANCES]) {
          expect(holderOfName(draft, name)).toEqual(holderOfName(applied, name));
          expect(draft.matchTemplate(name)).toEqual(applied.matchTemplate(name));
          expect(draft.reservedFamily(name)?.owner).toBe(applied.reservedFamily(name)?.owner);
          expect(draft.claimOver(name)).toEqual(applied.claimOver(name));
        }
        for (const name of OWNERS) {
          expect(draft.lastChangeOf(name)).toBe(applied.lastChangeOf(name));
          expect(draft.contentDigestOf(name)).toBe(applied.contentDigestOf(name));
          expect(draft.scopeCountOf(name)).toBe(applied.scopeCountOf(name));
        }
        for (const name of [...NAMES, ...INSTANCES])
          expect(draft.grantHolders(name)).toEqual(applied.grantHolders(name));
        expect(draft.clientCount).toBe(applied.clientCount);
      }),
      { numRuns: 200 },
    );
  });
});

function recordIn(state: RegistryState, { kind, name }: RecordChange): unknown {
  switch (kind) {
    case "scope":
      return state.scope(name);
    case "reservedName":
      return state.reservedName(name);
    case "resourceServer":
      return state.resourceServer(name);
    case "client":
      return state.client(name);
    case "registryPolicy":
      return state.policy;
  }
}
