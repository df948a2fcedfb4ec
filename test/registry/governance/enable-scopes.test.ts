import { beforeEach, describe, expect, it } from "vitest";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("a", { aliases: ["old-a"], restricted: true }), "b"]);
});

describe("enabling scopes", () => {
  it("makes those that are disabled what they were, and passes over the others", () => {
    registry.register(billing, [define("b", { deprecated: true })]);
    registry.disable(billing, ["b"]);
    const { scopes, revision } = registry.enable(billing, ["a", "b"]);
    expect(scopes.map(({ state }) => state)).toEqual(["ACTIVE", "DEPRECATED"]);
    expect(registry.enable(billing, ["a", "b"]).revision).toBe(revision);
  });

  it("waits for an approval where registrations are reviewed, unless an administrator does it", () => {
    registry.disable(billing, ["a", "b"]);
    registry.set("billing-api", { mode: "REVIEW" });
    registry.enable(billing, ["a"]);
    registry.enable(ADMIN, ["b"]);
    expect([registry.scope("a").state, registry.scope("b").state]).toEqual(["PENDING", "ACTIVE"]);
    expect(registry.statusOf("old-a")).toBe("UNKNOWN");
    registry.approve(["a"]);
    expect(registry.statusOf("old-a")).toBe("NOT_ALLOWED");
  });

  it("of a default needs the right to set one", () => {
    registry.register(billing, [define("b", { isDefault: true })]);
    registry.disable(billing, ["b"]);
    expect(refusedBy(() => registry.enable(owner("billing-api"), ["b"])).reason).toBe("SCOPE_MISSING");
    registry.enable(billing, ["b"]);
  });
});
