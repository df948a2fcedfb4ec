import { beforeEach, describe, expect, it } from "vitest";
import { planRegistryPolicy } from "../../../src/registry/governance/registry-policy.ts";
import { define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api");
const docs = owner("docs-api");

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
});

function claim(name: string, ...namePrefixes: string[]): void {
  registry.set(name, { namePrefixes });
}

describe("a name prefix", () => {
  it.each([
    define("billing:read"),
    define("billing:"),
    define("billing:{id}:read"),
    define("free", { aliases: ["billing:read"] }),
    define("free:{id}", { aliases: ["billing:{id}"] }),
  ])("keeps from others, before anything is registered under it: $name $aliases", (scope) => {
    claim("billing-api", "billing:");
    const name = scope.aliases[0] ?? scope.name;
    expect(refusedBy(() => registry.register(docs, ["fine", scope]))).toMatchObject({
      reason: "PREFIX_NOT_OWNED",
      message: expect.stringContaining("billing-api"),
      metadata: { scopes: name, prefix: "billing:", holder: "billing-api" },
    });
    expect(registry.register(billing, [scope])).toEqual({ [scope.name]: "CREATED" });
  });

  it.each(["a:{id}", "a:{id}:x", "a:{x}:{y}"])(
    "keeps templates from others of which instances may lie under it: %s",
    (template) => {
      claim("billing-api", "a:b:");
      expect(refusedBy(() => registry.register(docs, [template])).reason).toBe("PREFIX_NOT_OWNED");
      expect(registry.register(billing, [template])).toEqual({ [template]: "CREATED" });
    },
  );

  it("keeps nothing else from others", () => {
    claim("billing-api", "billing:");
    const names = ["billing", "billing.read", "Billing:read", "billin:{id}"];
    expect(Object.values(registry.register(docs, names))).toEqual(names.map(() => "CREATED"));
  });

  it("leaves names alone once it is given up", () => {
    claim("billing-api", "billing:", "b:");
    registry.register(billing, ["billing:read"]);
    claim("billing-api", "b:");
    expect(registry.register(docs, ["billing:write"])).toEqual({ "billing:write": "CREATED" });
    expect(registry.register(billing, ["billing:read"])).toEqual({ "billing:read": "UNCHANGED" });
  });

  it.each([
    { held: "a:", wanted: "a:" },
    { held: "a:", wanted: "a:b" },
    { held: "a:b", wanted: "a:" },
    { held: "a:", wanted: "a" },
  ])("of one resource server is no other's: $wanted beside $held", ({ held, wanted }) => {
    claim("billing-api", "other", held);
    expect(refusedBy(() => claim("docs-api", "fine", wanted))).toMatchObject({
      reason: "PREFIX_TAKEN",
      message: expect.stringContaining("billing-api"),
      metadata: { prefix: wanted, holder: "billing-api" },
    });
    claim("billing-api", "other", held, wanted);
    claim("docs-api", "b:");
  });

  it.each<{ what: string; wanted: string; have: () => void }>([
    { what: "a scope", wanted: "d:", have: () => void registry.register(docs, ["d:read"]) },
    { what: "a scope of just that name", wanted: "d:read", have: () => void registry.register(docs, ["d:read"]) },
    {
      what: "an alias",
      wanted: "d:",
      have: () => void registry.register(docs, [define("x", { aliases: ["d:read"] })]),
    },
    { what: "a template", wanted: "d:", have: () => void registry.register(docs, ["d:{id}"]) },
    { what: "a template that is wider", wanted: "d:own:", have: () => void registry.register(docs, ["d:{id}"]) },
    {
      what: "a reserved name",
      wanted: "d:",
      have: () => {
        registry.register(docs, ["d:read"]);
        registry.retire(docs, ["d:read"]);
      },
    },
  ])("is not free where another has $what under it", ({ wanted, have }) => {
    have();
    const { reason, metadata } = refusedBy(() => claim("billing-api", "b:", wanted));
    expect({ reason, metadata }).toEqual({
      reason: "PREFIX_TAKEN",
      metadata: { prefix: wanted, holder: "docs-api" },
    });
    claim("docs-api", wanted);
  });

  it("is not free over the registry's own scopes", () => {
    registry.registerOwnScopes();
    const refusal = refusedBy(() => claim("billing-api", "scope_registry."));
    expect(refusal).toMatchObject({ reason: "PREFIX_TAKEN", metadata: { holder: "" } });
    expect(refusal.message).toContain("the registry itself");
  });

  it("is not free over a name that was free when it was asked for, and is once that is released", () => {
    registry.register(docs, ["d:read"]);
    registry.retire(docs, ["d:read"]);
    registry.release(["d:read"]);
    claim("billing-api", "d:");
    expect(registry.register(billing, ["d:read"])).toEqual({ "d:read": "CREATED" });
  });
});

describe("a registry that requires prefixes", () => {
  beforeEach(() => {
    claim("billing-api", "billing:");
    registry.register(billing, ["invoices", "billing:read"]);
    registry.setPolicy("PREFIX_REQUIRED");
  });

  it.each([
    define("other"),
    define("billing"),
    define("other:{id}"),
    define("bill:{id}"),
    define("billing:write", { aliases: ["other"] }),
  ])("refuses a new name under none of the caller's: $name $aliases", (scope) => {
    const refusal = refusedBy(() => registry.register(billing, ["billing:fine", scope]));
    const metadata = { scopes: scope.aliases[0] ?? scope.name };
    expect({ ...refusal }).toMatchObject({ reason: "PREFIX_NOT_OWNED", metadata });
    expect(refusedBy(() => registry.register(docs, [scope])).reason).toBe("PREFIX_NOT_OWNED");
  });

  it("takes those under one, and leaves names that are there alone", () => {
    const scopes = ["billing:write", "billing:{id}:read", define("invoices", { description: "Another" })];
    expect(Object.values(registry.register(billing, scopes))).toEqual(["CREATED", "CREATED", "UPDATED"]);
    registry.disable(billing, ["invoices"]);
    expect(registry.register(billing, ["invoices"])).toEqual({ invoices: "UPDATED" });
    registry.setPolicy("OPEN");
    expect(registry.register(billing, ["other"])).toEqual({ other: "CREATED" });
  });

  it("is set by an administrator, on what was read, and once", () => {
    const byOwner = () => planRegistryPolicy(registry.state, billing, "OPEN", undefined, nextStamp(registry.state));
    expect(refusedBy(byOwner).reason).toBe("SCOPE_NOT_OWNED");
    const { revision } = registry.state;
    expect(registry.setPolicy("PREFIX_REQUIRED", revision)).toMatchObject({ names: "PREFIX_REQUIRED", revision });
    expect(registry.state.revision).toBe(revision);
    expect(refusedBy(() => registry.setPolicy("OPEN", revision - 1)).reason).toBe("REVISION_MISMATCH");
  });
});
