import { beforeEach, describe, expect, it } from "vitest";
import { MAX_GRANTS, MAX_GRANTS_OF_OWNER } from "../../../src/registry/limits.ts";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api");
const docs = owner("docs-api");

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [
    define("a", { restricted: true, aliases: ["old-a"] }),
    define("data:{id}", { restricted: true }),
    define("data:1", { restricted: true }),
    "open",
  ]);
  registry.register(docs, [define("d", { restricted: true })]);
});

function granted(): readonly string[] | undefined {
  return registry.state.client("web")?.grantedScopes;
}

describe("granting scopes", () => {
  it.each([
    { what: "a scope", name: "a", kept: "a", reaches: ["a", "old-a"] },
    { what: "an alias, under its scope's name", name: "old-a", kept: "a", reaches: ["a", "old-a"] },
    {
      what: "a template, for all its instances but names of their own",
      name: "data:{id}",
      kept: "data:{id}",
      reaches: ["data:7", "data:8"],
    },
    { what: "one instance", name: "data:7", kept: "data:7", reaches: ["data:7"] },
    { what: "a name beside a template", name: "data:1", kept: "data:1", reaches: ["data:1"] },
  ])("gives $what", ({ name, kept, reaches }) => {
    const names = ["a", "old-a", "data:1", "data:7", "data:8", "d"];
    const reached = () => names.filter((each) => registry.statusOf(each, "web") !== "NOT_ALLOWED");
    expect(reached()).toEqual([]);
    expect(registry.grant(billing, "web", [name]).grantedScopes).toEqual([kept]);
    expect(reached()).toEqual(reaches);
    expect(registry.grant(ADMIN, "web", [name]).revision).toBe(registry.state.revision);
    registry.revoke(billing, "web", [name]);
    expect(reached()).toEqual([]);
    expect(granted()).toBeUndefined();
  });

  it("adds to what was granted, each once and in name order", () => {
    registry.grant(docs, "web", ["d"]);
    expect(registry.grant(billing, "web", ["open", "old-a", "a"]).grantedScopes).toEqual(["a", "d", "open"]);
    const { revision } = registry.state;
    registry.grant(billing, "web", ["a", "open"]);
    expect(registry.state.revision).toBe(revision);
  });

  it("is for names that stand for something: every other one is named", () => {
    registry.register(billing, ["gone"]);
    registry.retire(billing, ["gone"]);
    const refusal = refusedBy(() => registry.grant(ADMIN, "web", ["a", "none", "gone", "data:1:2"]));
    expect(refusal).toMatchObject({ reason: "NOT_FOUND", metadata: { names: "none gone data:1:2" } });
    expect(granted()).toBeUndefined();
  });

  it.each(["d", "a d"])("is its owner's to do: %s", (names) => {
    const refusal = refusedBy(() => registry.grant(billing, "web", names.split(" ")));
    expect(refusal).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: "d" } });
    for (const name of ["data:{id}", "data:7", "old-a"]) {
      expect(refusedBy(() => registry.grant(docs, "web", [name])).reason).toBe("SCOPE_NOT_OWNED");
    }
    expect(registry.grant(ADMIN, "web", ["a", "d"]).grantedScopes).toEqual(["a", "d"]);
  });

  it("ends at what one client may hold", () => {
    const most = Array.from({ length: MAX_GRANTS }, (_, at) => `s${at}`);
    registry.register(billing, most);
    registry.grant(ADMIN, "web", most);
    expect(registry.grant(ADMIN, "web", ["s0", "s1"]).grantedScopes).toHaveLength(MAX_GRANTS);
    const refusal = refusedBy(() => registry.grant(ADMIN, "web", ["a"]));
    expect(refusal).toMatchObject({ reason: "INVALID_REQUEST", violations: [{ field: "scopes" }] });
  });

  it("leaves room for what other resource servers grant", () => {
    const most = Array.from({ length: MAX_GRANTS_OF_OWNER }, (_, at) => `s${at}`);
    registry.register(billing, most);
    registry.grant(billing, "web", most);
    expect(refusedBy(() => registry.grant(billing, "web", ["a"])).reason).toBe("INVALID_REQUEST");
    expect(registry.grant(docs, "web", ["d"]).grantedScopes).toContain("d");
  });
});

describe("revoking scopes", () => {
  beforeEach(() => {
    registry.grant(ADMIN, "web", ["a", "d", "data:{id}", "data:7", "open"]);
  });

  it("takes what is named, and passes over what the client does not hold", () => {
    const { grantedScopes, revision } = registry.revoke(billing, "web", ["open", "data:1", "data:8", "old-a"]);
    expect(grantedScopes).toEqual(["d", "data:7", "data:{id}"]);
    expect(registry.revoke(billing, "web", ["a", "open"]).revision).toBe(revision);
    registry.revoke(billing, "nobody", ["a"]);
    expect(registry.state.revision).toBe(revision);
  });

  it("of a template leaves an instance that is granted by itself", () => {
    registry.revoke(billing, "web", ["data:{id}"]);
    expect(["data:7", "data:8"].map((name) => registry.statusOf(name, "web"))).toEqual(["GRANTED", "NOT_ALLOWED"]);
  });

  it("takes a grant that was given under a former name", () => {
    registry.register(billing, [define("new", { aliases: ["a"] })]);
    expect(registry.statusOf("new", "web")).toBe("GRANTED");
    registry.revoke(billing, "web", ["a"]);
    expect(registry.statusOf("new", "web")).toBe("NOT_ALLOWED");
  });

  it("is its owner's to do, and an administrator's for names that nobody has any more", () => {
    expect(refusedBy(() => registry.revoke(docs, "web", ["d", "a", "data:7"]))).toMatchObject({
      reason: "SCOPE_NOT_OWNED",
      metadata: { scopes: "a data:7" },
    });
    const nobodys = refusedBy(() => registry.revoke(billing, "web", ["a", "nobody's"]));
    expect(nobodys).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: "nobody's" } });
    expect(registry.revoke(ADMIN, "web", ["a", "nobody's", "d"]).grantedScopes).toEqual([
      "data:7",
      "data:{id}",
      "open",
    ]);
  });

  it("may go on after a scope is deleted", () => {
    registry.retire(billing, ["open"]);
    expect(registry.revoke(billing, "web", ["open"]).grantedScopes).not.toContain("open");
  });
});
