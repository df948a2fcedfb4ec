import { beforeEach, describe, expect, it } from "vitest";
import { planClientPolicy, planPolicyDeletion } from "../../../src/registry/governance/client-policies.ts";
import { MAX_ALLOWED_SCOPES, MAX_CLIENT_DEFAULTS } from "../../../src/registry/limits.ts";
import { ADMIN, define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api");
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`);

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("a", { restricted: true }), "open"]);
});

describe("a client's policy", () => {
  it("is kept without repeats, in the order given", () => {
    const client = registry.setClient("web", ["b", "a", "b", "x:{id}"], ["b", "a", "a"]);
    expect(client).toMatchObject({ allowedScopes: ["b", "a", "x:{id}"], defaultScopes: ["b", "a"], grantedScopes: [] });
    expect(registry.state.client("web")).toEqual(client);
  });

  it("is set without touching the grants, and the other way round", () => {
    registry.grant(billing, "web", ["a"]);
    registry.setClient("web", ["a"], ["a"]);
    registry.grant(billing, "web", ["open"]);
    const lists = { allowedScopes: ["a"], defaultScopes: ["a"], grantedScopes: ["a", "open"] };
    expect(registry.state.client("web")).toMatchObject(lists);
    registry.setClient("web", []);
    expect(registry.state.client("web")).toMatchObject({ ...lists, allowedScopes: [], defaultScopes: [] });
  });

  it("that says the same makes no revision, and one that says nothing is not kept", () => {
    const { revision } = registry.setClient("web", ["a"]);
    expect(registry.setClient("web", ["a"]).revision).toBe(revision);
    registry.setClient("other", []);
    expect([registry.state.revision, registry.state.client("other")]).toEqual([revision, undefined]);
    registry.setClient("web", []);
    expect(registry.state.client("web")).toBeUndefined();
    expect(registry.state.clientCount).toBe(0);
  });

  it("is set and deleted by an administrator, on what was read", () => {
    const { revision } = registry.setClient("web", ["a"]);
    registry.grant(billing, "web", ["a"]);
    const policy = { clientId: "web", allowedScopes: ["d"], defaultScopes: [] };
    const set = (actor = ADMIN, expected?: number) =>
      planClientPolicy(registry.state, actor, policy, expected, nextStamp(registry.state));
    const remove = (actor = ADMIN, expected?: number) =>
      planPolicyDeletion(registry.state, actor, "web", expected, nextStamp(registry.state));
    for (const act of [set, remove]) {
      expect(refusedBy(() => act(billing)).reason).toBe("SCOPE_NOT_OWNED");
      const stale = refusedBy(() => act(ADMIN, revision));
      expect(stale).toMatchObject({ reason: "REVISION_MISMATCH", metadata: { revision: String(revision + 1) } });
      expect(act(ADMIN, revision + 1).changes).toHaveLength(1);
    }
  });

  it("is deleted with the grants, once", () => {
    registry.grant(billing, "web", ["a"]);
    const revision = registry.deleteClient("web");
    expect([registry.state.client("web"), registry.state.revision]).toEqual([undefined, revision]);
    expect(registry.deleteClient("web")).toBe(revision);
    expect(registry.state.revision).toBe(revision);
  });

  it.each<{ what: string; id?: string; allowed?: string[]; defaults?: string[]; fields: string[] }>([
    { what: "no client", id: "", fields: ["client_id"] },
    { what: "a client of 513 characters", id: "c".repeat(513), fields: ["client_id"] },
    {
      what: "what is no name",
      allowed: ["a b", "ok", ""],
      defaults: ["a\\b"],
      fields: ["allowed_scopes[0]", "allowed_scopes[2]", "default_scopes[0]"],
    },
    {
      what: "what is no pattern",
      allowed: ["x:{id", "{id}:x", "x:{id}s", "x:{ID}"],
      fields: [0, 1, 2, 3].map((at) => `allowed_scopes[${at}]`),
    },
    { what: "a template as a default", defaults: ["a", "data:{id}"], fields: ["default_scopes[1]"] },
    { what: "too many allowed scopes", allowed: numbered(MAX_ALLOWED_SCOPES + 1), fields: ["allowed_scopes"] },
    { what: "too many defaults", defaults: numbered(MAX_CLIENT_DEFAULTS + 1), fields: ["default_scopes"] },
    {
      what: "all of it",
      id: "",
      allowed: ["a b"],
      defaults: ["{"],
      fields: ["client_id", "allowed_scopes[0]", "default_scopes[0]"],
    },
  ])("is refused with $what", ({ id = "web", allowed = [], defaults = [], fields }) => {
    const refusal = refusedBy(() => registry.setClient(id, allowed, defaults));
    expect(refusal.reason).toBe("INVALID_REQUEST");
    expect(refusal.violations.map(({ field }) => field)).toEqual(fields.map((field) => `client_policy.${field}`));
  });

  it("takes as much as is allowed, and names that nobody has", () => {
    const client = registry.setClient("c".repeat(512), numbered(MAX_ALLOWED_SCOPES), numbered(MAX_CLIENT_DEFAULTS));
    expect(client.allowedScopes).toHaveLength(MAX_ALLOWED_SCOPES);
  });
});
