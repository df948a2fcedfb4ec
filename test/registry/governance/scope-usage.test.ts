import { formatDay } from "@scope-registry/client/judging";
import { beforeEach, describe, expect, it } from "vitest";
import type { ScopeUsage } from "../../../src/registry/governance/governance.ts";
import { refuseInUse, scopeUsage, type UsesByName } from "../../../src/registry/governance/scope-usage.ts";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry, NO_USES } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const TODAY = 20_000;

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [
    define("a", { aliases: ["old-a"] }),
    "b",
    define("data:{id}", { aliases: ["set:{id}"] }),
  ]);
});

function usageOf(name: string, uses: UsesByName = NO_USES): ScopeUsage {
  const [usage] = scopeUsage(registry.state, [registry.scope(name)], uses);
  if (usage === undefined) throw new Error("Nothing is told");
  return usage;
}

function seenOn(day: number, ...clientIds: string[]): UsesByName {
  return { today: TODAY, uses: new Map([["a", { name: "a", lastDay: day, clientIds }]]) };
}

describe("the usage of a scope", () => {
  it("is none where nobody has it", () => {
    const none = {
      lastValidatedDay: undefined,
      clientIds: [],
      grantCount: 0,
      grantedClientIds: [],
      isDefault: false,
      inUse: false,
    };
    expect(usageOf("a")).toEqual({ name: "a", ...none });
    expect(usageOf("b", seenOn(TODAY, "web"))).toEqual({ name: "b", ...none });
  });

  it.each([
    { day: TODAY + 1, inUse: true },
    { day: TODAY, inUse: true },
    { day: TODAY - 89, inUse: true },
    { day: TODAY - 90, inUse: true },
    { day: TODAY - 91, inUse: false },
    { day: 0, inUse: false },
  ])("counts for 90 days after the last validation: day $day of 20000", ({ day, inUse }) => {
    expect(usageOf("a", seenOn(day, "web"))).toMatchObject({ lastValidatedDay: day, clientIds: ["web"], inUse });
  });

  it("counts a client once, whatever names its grants have", () => {
    registry.grant(ADMIN, "web", ["a", "data:7", "data:8", "set:9", "data:{id}"]);
    registry.grant(ADMIN, "cli", ["old-a"]);
    registry.grant(ADMIN, "job", ["data:7"]);
    expect(usageOf("a")).toMatchObject({ grantCount: 2, inUse: true });
    expect(usageOf("data:{id}")).toMatchObject({ grantCount: 2, grantedClientIds: ["job", "web"], inUse: true });
    expect(usageOf("b")).toMatchObject({ grantCount: 0, inUse: false });
  });

  it("counts a grant that was given before the scope had its name", () => {
    registry.grant(ADMIN, "web", ["b"]);
    registry.register(billing, [define("new-b", { aliases: ["b"] })]);
    expect(usageOf("new-b")).toMatchObject({ grantCount: 1, inUse: true });
  });

  it.each(["a", "old-a"])("counts that it is a client's default: %s", (name) => {
    registry.setClient("web", [], [name]);
    expect(usageOf("a")).toMatchObject({ isDefault: true, grantCount: 0, inUse: true });
  });

  it.each(["data:7", "set:7"])("counts that an instance of it is a client's default: %s", (name) => {
    registry.setClient("web", [], [name]);
    expect(usageOf("data:{id}")).toMatchObject({ isDefault: true, inUse: true });
  });

  it("counts a default of all while it is in force", () => {
    registry.set("billing-api", { mode: "REVIEW" });
    registry.register(billing, [define("b", { isDefault: true }), define("new", { isDefault: true })]);
    expect([usageOf("b").isDefault, usageOf("new").isDefault]).toEqual([false, false]);
    registry.approve(["b", "new"]);
    expect([usageOf("b").inUse, usageOf("new").inUse]).toEqual([true, true]);
    registry.disable(billing, ["b"]);
    expect(usageOf("b").inUse).toBe(false);
  });

  it("does not count a ceiling", () => {
    registry.setClient("web", ["a", "data:{id}"]);
    expect([usageOf("a").inUse, usageOf("data:{id}").inUse]).toEqual([false, false]);
  });

  it("is told in the order asked", () => {
    const scopes = ["data:{id}", "b", "a"].map((name) => registry.scope(name));
    expect(scopeUsage(registry.state, scopes, NO_USES).map(({ name }) => name)).toEqual(["data:{id}", "b", "a"]);
  });
});

describe("a refusal to take scopes from who uses them", () => {
  const usage = (name: string, more: Partial<ScopeUsage>): ScopeUsage => ({ ...usageOf("b"), name, ...more });

  it("names the scopes in use, and their clients once", () => {
    const used = { inUse: true, lastValidatedDay: TODAY, grantCount: 2, isDefault: true };
    const usages = [
      usage("idle", { lastValidatedDay: TODAY - 91, clientIds: ["old"] }),
      usage("x", { ...used, clientIds: ["web", "cli"] }),
      usage("y", { inUse: true, isDefault: true, clientIds: ["cli", "job"] }),
    ];
    const refusal = refusedBy(() => refuseInUse(usages, "disable"));
    expect(refusal).toMatchObject({ reason: "SCOPE_IN_USE", metadata: { scopes: "x y", clients: "web cli job" } });
    expect(refusal.message).toContain("(x: last granted on 2024-10-04, granted to 2 clients, a default)");
  });

  it("does not come where none is", () => {
    expect(() => refuseInUse([usage("idle", { lastValidatedDay: 0 })], "delete")).not.toThrow();
  });
});

it.each([
  [0, "1970-01-01"],
  [19_782, "2024-02-29"],
  [TODAY, "2024-10-04"],
])("day %i is %s", (day, text) => {
  expect(formatDay(day)).toBe(text);
});
