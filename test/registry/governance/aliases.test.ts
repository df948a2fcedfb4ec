import { beforeEach, describe, expect, it } from "vitest";
import { MAX_ALIASES } from "../../../src/registry/limits.ts";
import type { ScopeDefinition } from "../../../src/registry/registration.ts";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const docs = owner("docs-api");
const FULL = {
  isDefault: true,
  restricted: true,
  resources: ["urn:billing"],
  consentTexts: { en: { title: "Read", description: "All of it" } },
  deprecated: true,
  replacedBy: "other",
  sunsetTime: 1_900_000_000_000,
  unlisted: true,
};

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("old", FULL)]);
});

function rename(to = "new", from: readonly string[] = ["old"], changes: Partial<ScopeDefinition> = {}) {
  return registry.register(billing, [define(to, { aliases: from, ...changes })]);
}

describe("renaming a scope", () => {
  it("takes over what the definition leaves out, and ends the old scope", () => {
    expect(rename("new", ["old"], { restricted: false })).toEqual({ new: "CREATED" });
    expect(registry.scope("new")).toMatchObject({ ...FULL, restricted: false, aliases: ["old"], state: "DEPRECATED" });
    expect(registry.state.scope("old")).toBeUndefined();
    expect(registry.state.aliasHolder("old")?.name).toBe("new");
    expect(registry.state.reservedName("old")).toBeUndefined();
  });

  it("takes over no lists under REPLACE", () => {
    registry.register(billing, [define("new", { aliases: ["old"] })], { mode: "REPLACE" });
    expect(registry.scope("new")).toMatchObject({ isDefault: true, resources: [], consentTexts: {} });
  });

  it.each(["MERGE", "REPLACE"] as const)("leaves a definition under the old name SUPERSEDED, with %s", (mode) => {
    rename();
    const { revision } = registry.state;
    expect(registry.register(billing, [define("old", { description: "As before" })], { mode })).toEqual({
      old: "SUPERSEDED",
    });
    expect(registry.state.revision).toBe(revision);
    expect(registry.scope("new").description).toBe("Allows new");
  });

  it("leaves a name for good only where the same request takes the alias away", () => {
    rename();
    const scopes = [define("new"), define("old", { restricted: false })];
    expect(registry.register(billing, scopes, { mode: "REPLACE" })).toEqual({ new: "UPDATED", old: "CREATED" });
    expect(registry.scope("new").aliases).toEqual([]);
    expect(registry.scope("old")).toMatchObject({ restricted: false, deprecated: false });
    expect(registry.state.reservedName("old")).toBeUndefined();
  });

  it("is undone by renaming back", () => {
    rename();
    registry.register(billing, [define("new"), "old"], { mode: "REPLACE" });
    expect(rename("old", ["new"])).toEqual({ old: "UPDATED" });
    expect(registry.statusOf("new")).toBe("DEPRECATED");
    expect(registry.state.scope("new")).toBeUndefined();
  });

  it("takes several scopes together under one name, and takes over from the first in name order", () => {
    registry.register(billing, [define("another", { unlisted: false, deprecated: false })]);
    rename("new", ["old", "another"]);
    expect(registry.scope("new")).toMatchObject({ aliases: ["another", "old"], unlisted: false, deprecated: false });
    expect(registry.state.scopesOf("billing-api").map(({ name }) => name)).toEqual(["new"]);
  });

  it("reserves the older name of a chain that is not listed any more", () => {
    rename();
    expect(rename("newest", ["new"])).toEqual({ newest: "CREATED" });
    expect(registry.scope("newest")).toMatchObject({ aliases: ["new"], restricted: true });
    expect(registry.state.reservedName("old")).toMatchObject({ owner: "billing-api" });
    rename("newest", ["new", "old"]);
    expect(registry.statusOf("old")).toBe("NOT_ALLOWED");
    expect(registry.state.reservedName("old")).toBeUndefined();
  });

  it("of a template makes instances of the old form ones of the new", () => {
    registry.register(billing, ["data:{id}:read"]);
    rename("set:{id}:read", ["data:{id}:read"]);
    expect(registry.state.matchTemplate("data:7:read")?.name).toBe("set:{id}:read");
    expect(registry.statusOf("data:7:read")).toBe("DEPRECATED");
    const taken = refusedBy(() => registry.register(docs, ["data:7:read"]));
    expect(taken).toMatchObject({ reason: "PREFIX_NOT_OWNED", metadata: { scopes: "data:7:read" } });
  });

  it("takes no scope over that an administrator has disabled", () => {
    registry.disable(ADMIN, ["old"]);
    expect(refusedBy(rename)).toMatchObject({ reason: "NAME_IN_USE", metadata: { scopes: "old" } });
    registry.enable(ADMIN, ["old"]);
    registry.disable(billing, ["old"]);
    expect(rename()).toEqual({ new: "CREATED" });
    expect(registry.scope("new").state).toBe("DEPRECATED");
  });

  it("ends the old scope only once it is approved, where registrations are reviewed", () => {
    registry.set("billing-api", { mode: "REVIEW", resources: ["urn:billing"] });
    rename("new", ["old"], { restricted: false });
    expect(registry.scope("new")).toMatchObject({ state: "PENDING", aliases: ["old"] });
    expect(registry.scope("old").state).toBe("DEPRECATED");
    registry.register(billing, [define("new", { aliases: ["old"] })], { mode: "REPLACE" });
    expect(registry.scope("old").state).toBe("DEPRECATED");
    registry.approve(["new"]);
    expect(registry.state.scope("old")).toBeUndefined();
    expect(registry.statusOf("old")).toBe("DEPRECATED");
  });
});

describe("an alias", () => {
  it("stays its owner's when it is one no more", () => {
    rename();
    rename("new", ["older"]);
    expect(registry.statusOf("old")).toBe("UNKNOWN");
    expect(refusedBy(() => registry.register(docs, ["old"])).reason).toBe("SCOPE_NOT_OWNED");
    expect(registry.register(billing, ["old"])).toEqual({ old: "CREATED" });
    expect(registry.state.reservedName("old")).toBeUndefined();
  });

  it("may be a name that nobody has, and goes from scope to scope within a request", () => {
    const pair = (a: string, b: string) => [define("one", { aliases: [a] }), define("two", { aliases: [b] })];
    registry.register(billing, pair("a", "b"));
    expect(registry.register(billing, pair("b", "a"))).toEqual({ one: "UPDATED", two: "UPDATED" });
    expect([registry.state.aliasHolder("a")?.name, registry.state.aliasHolder("b")?.name]).toEqual(["two", "one"]);
    expect([...registry.state.reservedNames()]).toEqual([]);
  });

  it("is refused where another scope has it, or another resource server", () => {
    rename();
    expect(refusedBy(() => rename("third")).reason).toBe("NAME_IN_USE");
    registry.register(docs, [define("docs", { aliases: ["papers"] })]);
    for (const name of ["docs", "papers"]) {
      expect(refusedBy(() => rename("third", [name]))).toMatchObject({
        reason: "SCOPE_NOT_OWNED",
        metadata: { scopes: name },
      });
    }
  });

  it.each<{ what: string; name?: string; aliases: string[]; fields: string[] }>([
    { what: "no scope name", aliases: ["a b", ""], fields: ["[0]", "[1]"] },
    { what: "the scope's own name", aliases: ["name"], fields: ["[0]"] },
    { what: "given twice", aliases: ["a", "a"], fields: ["[1]"] },
    { what: "the name of another definition", aliases: ["second"], fields: ["[0]"] },
    { what: "a template's of a scope that is none", aliases: ["a:{id}"], fields: ["[0]"] },
    {
      what: "a template's with other parameters",
      name: "n:{id}",
      aliases: ["a:{key}", "a:{id}:{key}"],
      fields: ["[0]", "[1]"],
    },
    { what: "one too many", aliases: Array.from({ length: MAX_ALIASES + 1 }, (_, at) => `a${at}`), fields: [""] },
  ])("is refused that is $what", ({ name = "name", aliases, fields }) => {
    const refusal = refusedBy(() => registry.register(billing, [define(name, { aliases }), "second"]));
    expect(refusal.reason).toBe("INVALID_REQUEST");
    expect(refusal.violations.map(({ field }) => field)).toEqual(fields.map((field) => `scopes[0].aliases${field}`));
  });

  it("of a template may have its parameters in another order", () => {
    rename("n:{a}:{b}", ["o:{b}.{a}"]);
    expect(registry.statusOf("o:2.1")).toBe("DEPRECATED");
  });
});
