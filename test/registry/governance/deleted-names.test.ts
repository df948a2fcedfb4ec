import { beforeEach, describe, expect, it } from "vitest";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const docs = owner("docs-api", true);

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("a", { aliases: ["old-a"], restricted: true }), "b"]);
});

describe("deleting scopes", () => {
  it("takes disabled ones only", () => {
    registry.disable(billing, ["a"]);
    const refusal = refusedBy(() => registry.delete(ADMIN, ["a", "b"]));
    expect(refusal).toMatchObject({ reason: "WRONG_STATE", metadata: { scopes: "b" } });
  });

  it("keeps all their names for the owner, who alone registers them again", () => {
    registry.retire(billing, ["a"]);
    expect(registry.state.scope("a")).toBeUndefined();
    expect([...registry.state.reservedNames()].map(({ name, owner: kept }) => [name, kept])).toEqual([
      ["a", "billing-api"],
      ["old-a", "billing-api"],
    ]);
    for (const name of ["a", "old-a"]) {
      const taken = refusedBy(() => registry.register(docs, [name]));
      expect(taken).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: name } });
    }
    expect(registry.register(billing, ["a"])).toEqual({ a: "CREATED" });
    expect(registry.scope("a")).toMatchObject({ restricted: false, aliases: [] });
    expect([...registry.state.reservedNames()].map(({ name }) => name)).toEqual(["old-a"]);
  });

  it("passes over what is deleted already, and refuses what never was", () => {
    registry.retire(billing, ["a"]);
    const { revision } = registry.state;
    expect(registry.delete(billing, ["a", "old-a"])).toMatchObject({ scopes: [], revision });
    expect(registry.state.revision).toBe(revision);
    expect(refusedBy(() => registry.delete(billing, ["none"])).reason).toBe("NOT_FOUND");
  });
});

describe("releasing names", () => {
  beforeEach(() => {
    registry.register(billing, ["data:{id}:read"]);
    registry.grant(billing, "web", ["a", "b", "data:{id}:read", "data:7:read"]);
    registry.setClient("web", ["a", "data:{id}:read"], ["a", "b", "data:7:read"]);
    registry.grant(billing, "cli", ["data:8:read"]);
    registry.retire(billing, ["a", "data:{id}:read"]);
  });

  it("frees them for anybody, without the grants and the defaults that were given for them", () => {
    expect(registry.release(["a", "data:{id}:read", "nobody's"]).revision).toBe(registry.state.revision);
    const { grantedScopes, defaultScopes, allowedScopes } = registry.state.client("web") ?? {};
    expect({ grantedScopes, defaultScopes }).toEqual({ grantedScopes: ["b"], defaultScopes: ["b"] });
    expect(allowedScopes).toEqual(["a", "data:{id}:read"]);
    expect(registry.state.client("cli")).toBeUndefined();
    registry.register(docs, [define("a", { restricted: true }), define("data:{id}:read", { restricted: true })]);
    expect([registry.statusOf("a", "web"), registry.statusOf("data:7:read", "web")]).toEqual([
      "NOT_ALLOWED",
      "NOT_ALLOWED",
    ]);
  });

  it("keeps what was given for the others", () => {
    registry.release(["old-a"]);
    expect(registry.state.client("web")?.grantedScopes).toEqual(["a", "b", "data:7:read", "data:{id}:read"]);
    registry.register(billing, ["a"]);
    expect(registry.statusOf("old-a")).toBe("UNKNOWN");
    expect(registry.register(docs, ["old-a"])).toEqual({ "old-a": "CREATED" });
  });

  it("refuses names of scopes, and aliases", () => {
    registry.register(billing, [define("c", { aliases: ["old-c"] })]);
    const refusal = refusedBy(() => registry.release(["a", "b", "c", "old-c"]));
    expect(refusal).toMatchObject({ reason: "NAME_IN_USE", metadata: { scopes: "b c old-c" } });
  });

  it("forgets grants in as many entries as they need, and frees the name with the last one", () => {
    const grants = Array.from({ length: 900 }, (_, at) => `data:${"x".repeat(100)}${at}:read`);
    registry.register(billing, ["data:{id}:read"]);
    for (let client = 0; client < 60; client++)
      registry.grant(ADMIN, `client-${client}`, [...grants, "data:{id}:read"]);
    registry.retire(billing, ["data:{id}:read"]);
    const { entries } = registry.release(["data:{id}:read"]);
    expect(entries).toBeGreaterThan(1);
    expect(registry.state.client("client-59")).toBeUndefined();
    expect(registry.state.reservedName("data:{id}:read")).toBeUndefined();
  });

  it("makes no revision where nobody has them", () => {
    const { revision } = registry.state;
    expect(registry.release(["nobody's", "data:9:read"]).revision).toBe(revision);
  });
});
