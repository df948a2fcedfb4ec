import { describe, expect, it } from "vitest";
import { isForOthersOnly, narrowScopes } from "../../src/registry/narrow-scopes.ts";
import { RegistryState } from "../../src/registry/registry-state.ts";
import { createScope, sampleEntry, sampleResourceServer, sampleScope } from "../store/sample-records.ts";

const state = new RegistryState();
state.apply(
  sampleEntry(1, [
    createScope(sampleScope({ name: "b1" })),
    createScope(sampleScope({ name: "b2", state: "DEPRECATED" })),
    createScope(sampleScope({ name: "b3", state: "DISABLED" })),
    createScope(sampleScope({ name: "b4", state: "PENDING" })),
    createScope(sampleScope({ name: "o1", owner: "orders-api" })),
    createScope(sampleScope({ name: "o2", owner: "orders-api", state: "DISABLED" })),
    createScope(sampleScope({ name: "own", owner: "" })),
    ...["billing-api", "orders-api"].map((name) => ({
      kind: "resourceServer" as const,
      name,
      before: undefined,
      after: sampleResourceServer({ name, resources: [`urn:${name}`] }),
    })),
  ]),
);
const all = ["unknown", "o1", "b1", "b2", "b3", "b4", "b1", "o2", "own"];
const billing = { owner: "billing-api", maySeeAll: false };
const auditor = { owner: "auditor", maySeeAll: true };

describe("a token's scopes", () => {
  it("are narrowed to the introspector's own that are valid, in their order and each once", () => {
    expect(narrowScopes(state, all, billing)).toEqual({ scopes: ["b1", "b2"], unregistered: ["unknown"] });
  });

  it("are all shown that are valid to one who may see all", () => {
    expect(narrowScopes(state, all, auditor)).toEqual({
      scopes: ["o1", "b1", "b2", "own"],
      unregistered: ["unknown"],
    });
  });

  it("are none of the registry's own to one without a name", () => {
    expect(narrowScopes(state, ["own", "b1"], { owner: "nobody", maySeeAll: false }).scopes).toEqual([]);
  });
});

describe("a token", () => {
  it.each([
    { what: "no audience", audiences: [], hidden: false },
    { what: "the introspector's own resource", audiences: ["urn:billing-api"], hidden: false },
    { what: "another's resource", audiences: ["urn:orders-api"], hidden: true },
    { what: "another's resource beside its own", audiences: ["urn:orders-api", "urn:billing-api"], hidden: false },
    { what: "an audience that is no registered resource", audiences: ["scope-registry"], hidden: false },
    { what: "another's and an unregistered one", audiences: ["urn:orders-api", "x"], hidden: false },
  ])("with $what is hidden: $hidden", ({ audiences, hidden }) => {
    expect(isForOthersOnly(state, audiences, billing)).toBe(hidden);
    expect(isForOthersOnly(state, audiences, auditor)).toBe(false);
  });
});
