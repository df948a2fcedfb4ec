import { beforeEach, describe, expect, it } from "vitest";
import { formatContentHash } from "../../../src/registry/content-hash.ts";
import { MAX_RESOURCES_HELD } from "../../../src/registry/limits.ts";
import { ADMIN, contentHashFromScratch, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const docs = owner("docs-api");

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [
    define("a", { aliases: ["old-a"], resources: ["urn:a"], restricted: true }),
    define("b", { resources: ["urn:b"] }),
  ]);
  registry.register(docs, [define("d", { resources: ["urn:d"] })]);
});

describe("transferring scopes", () => {
  it.each([billing, ADMIN])("gives them away as they are, by $owner", (actor) => {
    const before = registry.scope("a");
    registry.grant(billing, "web", ["a"]);
    const { scopes, revision } = registry.transfer(actor, ["a"], "docs-api");
    expect(scopes).toEqual([{ ...before, owner: "docs-api", revision, updateTime: expect.any(Number) }]);
    expect(registry.scope("a")).toEqual(scopes[0]);
    expect(registry.statusOf("a", "web")).toBe("GRANTED");
    expect(refusedBy(() => registry.register(billing, ["a"])).reason).toBe("SCOPE_NOT_OWNED");
    expect(registry.register(docs, [define("a", { description: "Another" })])).toEqual({ a: "UPDATED" });
  });

  it("takes the aliases along", () => {
    registry.transfer(billing, ["a"], "docs-api");
    expect(registry.state.aliasHolder("old-a")?.owner).toBe("docs-api");
    expect(refusedBy(() => registry.register(billing, ["old-a"])).reason).toBe("SCOPE_NOT_OWNED");
    expect(registry.register(docs, [define("new-a", { aliases: ["a"] })])).toEqual({ "new-a": "CREATED" });
    expect(registry.state.reservedName("old-a")).toMatchObject({ owner: "docs-api" });
  });

  it("takes reserved names along where they are given, and leaves the others", () => {
    registry.register(billing, ["x", "y", "z"]);
    registry.retire(billing, ["x", "y"]);
    expect(registry.transfer(billing, ["x", "z"], "docs-api").scopes.map(({ name }) => name)).toEqual(["z"]);
    expect(registry.state.reservedName("x")).toMatchObject({ owner: "docs-api", revision: registry.state.revision });
    expect(registry.state.reservedName("y")).toMatchObject({ owner: "billing-api" });
    expect(registry.register(docs, ["x"])).toEqual({ x: "CREATED" });
  });

  it("takes resources along that only these scopes are tied to", () => {
    registry.transfer(billing, ["a"], "docs-api");
    expect(["urn:a", "urn:b", "urn:d"].map((uri) => registry.state.holderOf(uri))).toEqual([
      "docs-api",
      "billing-api",
      "docs-api",
    ]);
    expect(registry.state.resourceServer("docs-api")?.resources).toEqual(["urn:d", "urn:a"]);
    expect(registry.state.resourceServer("billing-api")?.resources).toEqual(["urn:b"]);
  });

  it("takes along what is proposed for them", () => {
    registry.set("billing-api", { mode: "REVIEW", resources: ["urn:a", "urn:b", "urn:c"] });
    registry.register(billing, [define("a", { resources: ["urn:a", "urn:c"] })]);
    registry.transfer(ADMIN, ["a"], "docs-api");
    expect(registry.state.holderOf("urn:c")).toBe("docs-api");
    registry.approve(["a"]);
    expect(registry.scope("a")).toMatchObject({ owner: "docs-api", resources: ["urn:a", "urn:c"] });
  });

  it("refuses to part a resource from scopes that stay, in any spelling", () => {
    registry.register(billing, [define("e", { resources: ["https://a.example.com/"] })]);
    registry.register(billing, [
      define("f", { resources: ["https://A.example.com"] }),
      define("b", { resources: ["urn:a"] }),
    ]);
    expect(refusedBy(() => registry.transfer(billing, ["a"], "docs-api"))).toMatchObject({
      reason: "RESOURCE_IN_USE",
      metadata: { scopes: "b", resource: "urn:a" },
    });
    expect(refusedBy(() => registry.transfer(billing, ["e"], "docs-api"))).toMatchObject({
      reason: "RESOURCE_IN_USE",
      metadata: { scopes: "f", resource: "https://A.example.com" },
    });
    registry.transfer(billing, ["a", "b", "e", "f"], "docs-api");
    expect(registry.state.holderOf("https://a.example.com/")).toBe("docs-api");
  });

  it("refuses a resource server that the registry does not know, and names that are none of a scope", () => {
    const nobody = refusedBy(() => registry.transfer(billing, ["a"], "nobody"));
    expect(nobody).toMatchObject({ reason: "NOT_FOUND", metadata: { names: "nobody" } });
    registry.set("nobody");
    registry.transfer(billing, ["b"], "nobody");
    const names = refusedBy(() => registry.transfer(billing, ["a", "old-a", "none"], "docs-api"));
    expect(names).toMatchObject({ reason: "NOT_FOUND", metadata: { names: "old-a none" } });
    expect(names.message).toContain("its scope is a");
  });

  it("passes over what the resource server has already", () => {
    const { revision } = registry.state;
    expect(registry.transfer(billing, ["a"], "billing-api")).toMatchObject({ scopes: [{ name: "a" }], revision });
    expect(registry.transfer(ADMIN, ["a", "d"], "docs-api").revision).toBe(revision + 1);
    expect(registry.scope("d").revision).toBeLessThan(revision + 1);
  });

  it("refuses a resource server that would hold too many resources", () => {
    const resources = Array.from({ length: MAX_RESOURCES_HELD - 1 }, (_, at) => `urn:d:${at}`);
    registry.set("docs-api", { resources: ["urn:d", ...resources] });
    expect(refusedBy(() => registry.transfer(ADMIN, ["a"], "docs-api"))).toMatchObject({
      reason: "REGISTRATION_TOO_LARGE",
      metadata: { limit: String(MAX_RESOURCES_HELD) },
    });
  });

  it("of an owner fills at most half of the resources that the other may hold, as that is not asked", () => {
    const resources = Array.from({ length: MAX_RESOURCES_HELD / 2 - 1 }, (_, at) => `urn:d:${at}`);
    registry.set("docs-api", { resources: ["urn:d", ...resources] });
    expect(refusedBy(() => registry.transfer(billing, ["a"], "docs-api")).reason).toBe("REGISTRATION_TOO_LARGE");
    registry.transfer(ADMIN, ["a"], "docs-api");
  });

  it.each([
    ["billing-api", "REVIEW"],
    ["docs-api", "REVIEW"],
    ["docs-api", "READ_ONLY"],
  ] as const)("is an administrator's while %s is in mode %s", (server, mode) => {
    registry.set(server, { mode, resources: registry.state.resourceServer(server)?.resources ?? [] });
    expect(refusedBy(() => registry.transfer(billing, ["a"], "docs-api")).reason).toBe("REGISTRATION_CLOSED");
    registry.transfer(ADMIN, ["a"], "docs-api");
    expect(registry.scope("a").owner).toBe("docs-api");
  });

  it("moves the content hash of both", () => {
    const hashes = () =>
      ["billing-api", "docs-api"].map((name) => formatContentHash(registry.state.contentDigestOf(name)));
    const fromScratch = () =>
      ["billing-api", "docs-api"].map((name) => contentHashFromScratch(registry.state.scopesOf(name)));
    const before = hashes();
    registry.transfer(billing, ["a"], "docs-api");
    expect(hashes()).toEqual(fromScratch());
    expect(hashes()).not.toContain(before[0]);
    expect(hashes()).not.toContain(before[1]);
  });

  it("leaves what an administrator has disabled disabled", () => {
    registry.disable(ADMIN, ["a"]);
    registry.transfer(billing, ["a"], "docs-api");
    expect(refusedBy(() => registry.enable(docs, ["a"])).reason).toBe("WRONG_STATE");
  });
});

describe("names that the new owner could not register", () => {
  it.each<{ what: string; name: string }>([
    { what: "a scope", name: "p:x" },
    { what: "an alias", name: "aliased" },
    { what: "a reserved name", name: "p:reserved" },
    { what: "a template", name: "p:{id}" },
  ])("are not transferred: $what under another's prefix", ({ name }) => {
    registry.set("billing-api", { resources: ["urn:a", "urn:b"], namePrefixes: ["p:"] });
    registry.register(billing, ["p:x", define("aliased", { aliases: ["p:old"] }), "p:reserved"]);
    registry.retire(billing, ["p:reserved"]);
    registry.register(billing, ["p:{id}"]);
    const refusal = refusedBy(() => registry.transfer(ADMIN, ["a", name], "docs-api"));
    expect(refusal).toMatchObject({ reason: "PREFIX_NOT_OWNED", metadata: { prefix: "p:", holder: "billing-api" } });
    registry.set("billing-api", { resources: ["urn:a", "urn:b"] });
    registry.transfer(ADMIN, ["a", "p:x", "p:reserved", "p:{id}", "aliased"], "docs-api");
  });

  it("are not transferred: an instance without its template, or a template without an instance", () => {
    registry.register(billing, ["t:1", define("c", { aliases: ["t:2"] }), "t:3"]);
    registry.retire(billing, ["t:3"]);
    registry.register(billing, ["t:{id}"]);
    for (const [given, instance] of [
      ["t:1", "t:1"],
      ["c", "t:2"],
      ["t:3", "t:3"],
    ] as const) {
      expect(refusedBy(() => registry.transfer(billing, [given], "docs-api"))).toMatchObject({
        reason: "PREFIX_NOT_OWNED",
        metadata: { scopes: instance, holder: "billing-api" },
      });
    }
    const template = refusedBy(() => registry.transfer(billing, ["t:{id}", "t:1"], "docs-api"));
    expect(template).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: "t:{id}" } });
    registry.transfer(billing, ["t:{id}", "t:1", "c", "t:3"], "docs-api");
    expect(registry.register(docs, ["t:3"])).toEqual({ "t:3": "CREATED" });
  });

  it("are transferred by an administrator although the registry requires prefixes: they are not new", () => {
    registry.setPolicy("PREFIX_REQUIRED");
    expect(refusedBy(() => registry.transfer(billing, ["a"], "docs-api")).reason).toBe("PREFIX_NOT_OWNED");
    registry.transfer(ADMIN, ["a"], "docs-api");
    expect(registry.register(docs, ["a"])).toEqual({ a: "UNCHANGED" });
  });
});
