import { beforeEach, describe, expect, it } from "vitest";
import { planApproval } from "../../../src/registry/governance/approve-scopes.ts";
import { type Actor, refuseUnlessMay, refuseUnlessOwnServer } from "../../../src/registry/governance/authority.ts";
import { planRefusal } from "../../../src/registry/governance/refuse-scopes.ts";
import { planRelease } from "../../../src/registry/governance/release-names.ts";
import { RegistryError } from "../../../src/registry/registry-error.ts";
import { ADMIN, define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api");
const docs = owner("docs-api");

/** Scopes of billing-api, in what state each act finds them. */
const VALID = "billing:valid";
const DISABLED = "billing:disabled";
const DELETED = "billing:deleted";
const WAITING = "billing:waiting";
const OF_REGISTRY = "scope_registry.read";

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.registerOwnScopes();
  registry.register(billing, [VALID, DISABLED, DELETED]);
  registry.disable(billing, [DISABLED, DELETED]);
  registry.delete(billing, [DELETED]);
  registry.set("billing-api", { mode: "REVIEW" });
  registry.register(billing, [WAITING]);
  registry.set("billing-api");
  registry.register(docs, ["docs:read"]);
});

interface TriedAct {
  readonly name: string;
  readonly act: (actor: Actor, name: string) => unknown;
}

const ACTS: Readonly<Record<string, TriedAct>> = {
  register: { name: VALID, act: (actor, name) => registry.register(actor, [define(name, { description: "Another" })]) },
  "take as an alias": {
    name: VALID,
    act: (actor, name) => registry.register(actor, [define("new", { aliases: [name] })]),
  },
  grant: { name: VALID, act: (actor, name) => registry.grant(actor, "web", [name]) },
  revoke: { name: VALID, act: (actor, name) => registry.revoke(actor, "web", [name]) },
  approve: {
    name: VALID,
    act: (actor, name) => planApproval(registry.state, actor, [name], undefined, nextStamp(registry.state)),
  },
  refuse: {
    name: WAITING,
    act: (actor, name) => planRefusal(registry.state, actor, [name], undefined, nextStamp(registry.state)),
  },
  disable: { name: VALID, act: (actor, name) => registry.disable(actor, [name]) },
  enable: { name: DISABLED, act: (actor, name) => registry.enable(actor, [name]) },
  delete: { name: DISABLED, act: (actor, name) => registry.delete(actor, [name]) },
  release: {
    name: DELETED,
    act: (actor, name) => planRelease(registry.state, actor, [name], nextStamp(registry.state)),
  },
  transfer: { name: VALID, act: (actor, name) => registry.transfer(actor, [name], "docs-api") },
  "transfer a reserved name": { name: DELETED, act: (actor, name) => registry.transfer(actor, [name], "docs-api") },
  "ask for the usage": {
    name: VALID,
    act: (actor, name) => refuseUnlessMay(registry.state, actor, "readUsage", [name]),
  },
};

/** What becomes of acts on billing-api's names, and on the registry's own. */
const TABLE = `
  act                      | owner | READ_ONLY | other | admin | on the registry's: owner | admin
  register                 | may   | closed    | no    | no    | no                       | no
  take as an alias         | may   | closed    | no    | no    | no                       | no
  grant                    | may   | may       | no    | may   | no                       | may
  revoke                   | may   | may       | no    | may   | no                       | may
  approve                  | no    | no        | no    | may   | no                       | no
  refuse                   | no    | no        | no    | may   | no                       | no
  disable                  | may   | closed    | no    | may   | no                       | no
  enable                   | may   | closed    | no    | may   | no                       | no
  delete                   | may   | closed    | no    | may   | no                       | no
  release                  | no    | no        | no    | may   | no                       | no
  transfer                 | may   | closed    | no    | may   | no                       | no
  transfer a reserved name | may   | closed    | no    | may   | no                       | no
  ask for the usage        | may   | may       | no    | may   | no                       | may
`;

/** What becomes of an act, once its names are somebody's. */
function tried({ act, name }: TriedAct, actor: Actor, other = name): string {
  try {
    act(actor, other);
    return "may";
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.reason === "SCOPE_NOT_OWNED") return "no";
    return error.reason === "REGISTRATION_CLOSED" ? "closed" : error.reason;
  }
}

describe("who may", () => {
  const [, ...rows] = TABLE.trim().split("\n");

  it("is said of every act", () => {
    expect(rows.map((row) => row.split("|")[0]?.trim())).toEqual(Object.keys(ACTS));
  });

  describe.each(rows.map((row) => row.split("|").map((cell) => cell.trim())))("%s", (act, ...cells) => {
    const what = ACTS[act] as TriedAct;
    const [byOwner, whenReadOnly, byOther, byAdmin, ofRegistry, ofRegistryByAdmin] = cells;
    const close = (name: string) => registry.set(name, { mode: "READ_ONLY" });

    it(`an owner on its own: ${byOwner}`, () => {
      expect(tried(what, billing)).toBe(byOwner);
    });

    it(`an owner on its own, which is READ_ONLY: ${whenReadOnly}`, () => {
      close("billing-api");
      expect(tried(what, billing)).toBe(whenReadOnly);
    });

    it(`another owner: ${byOther}`, () => {
      expect(tried(what, docs)).toBe(byOther);
      close("docs-api");
      expect(tried(what, docs)).toBe(byOther);
    });

    it(`an administrator: ${byAdmin}, also where one of the resource servers is READ_ONLY`, () => {
      for (const name of ["billing-api", "docs-api", ADMIN.owner]) close(name);
      expect(tried(what, ADMIN)).toBe(byAdmin);
    });

    it(`anybody on the registry's own scopes: ${ofRegistry}; an administrator: ${ofRegistryByAdmin}`, () => {
      expect(tried(what, billing, OF_REGISTRY)).toBe(ofRegistry);
      expect(tried(what, ADMIN, OF_REGISTRY)).toBe(ofRegistryByAdmin);
    });
  });
});

describe("a refusal", () => {
  it("names every name that is not the caller's, and whose they are where that is one", () => {
    const one = refusedBy(() => registry.disable(docs, ["docs:read", VALID, DISABLED]));
    expect(one).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: `${VALID} ${DISABLED}` } });
    expect(one.message).toContain("belongs to billing-api");
    const several = refusedBy(() => registry.disable(docs, [VALID, OF_REGISTRY]));
    expect(several.metadata).toEqual({ scopes: `${VALID} ${OF_REGISTRY}` });
    expect(several.message).toContain("belongs to other resource servers");
    const own = refusedBy(() => registry.disable(ADMIN, [VALID, OF_REGISTRY]));
    expect(own.metadata).toEqual({ scopes: OF_REGISTRY });
    expect(own.message).toContain("the registry itself");
  });

  it("leaves names that nobody has to the rule", () => {
    expect(() => refuseUnlessMay(registry.state, docs, "transfer", ["nobody's"])).not.toThrow();
    expect(refusedBy(() => registry.transfer(docs, ["nobody's"], "billing-api")).reason).toBe("NOT_FOUND");
  });

  it("meets whoever is no administrator and approves, refuses or releases, also names that nobody has", () => {
    for (const act of ["approve", "refuse", "release"]) {
      expect(tried(ACTS[act] as TriedAct, docs, "nobody's")).toBe("no");
    }
  });

  it("does not meet a READ_ONLY resource server that registers what it has", () => {
    registry.set("billing-api", { mode: "READ_ONLY" });
    const { revision } = registry.state;
    expect(registry.register(billing, [VALID])).toEqual({ [VALID]: "UNCHANGED" });
    expect(registry.state.revision).toBe(revision);
    for (const changes of [
      { displayName: "Billing" },
      { release: 1 },
      { mode: "REPLACE" as const, validateOnly: true },
    ]) {
      const change = () => registry.register(billing, changes.mode === undefined ? [VALID] : ["docs"], changes);
      expect(refusedBy(change).reason).toBe("REGISTRATION_CLOSED");
    }
  });

  it("meets who asks about another resource server", () => {
    expect(() => refuseUnlessOwnServer(billing, "billing-api")).not.toThrow();
    expect(() => refuseUnlessOwnServer(ADMIN, "billing-api")).not.toThrow();
    expect(refusedBy(() => refuseUnlessOwnServer(docs, "billing-api")).reason).toBe("SCOPE_NOT_OWNED");
  });
});
