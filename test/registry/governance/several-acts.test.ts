/** What several acts come to, one after the other. */
import { beforeEach, expect, it } from "vitest";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry, NO_USES } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const docs = owner("docs-api", true);
const restricted = (name: string, aliases: string[] = []) => define(name, { restricted: true, aliases });

let registry: GovernedRegistry;
beforeEach(() => {
  registry = new GovernedRegistry();
});

it("revoking a renamed scope by its name takes a grant that was given under its old name", () => {
  registry.register(billing, [restricted("old")]);
  registry.grant(billing, "web", ["old"]);
  registry.register(billing, [define("new", { aliases: ["old"] })]);
  registry.revoke(billing, "web", ["new"]);
  expect(registry.statusOf("new", "web")).toBe("NOT_ALLOWED");
});

it("the same of an instance of a renamed template", () => {
  registry.register(billing, [restricted("old:{id}")]);
  registry.grant(billing, "web", ["old:7"]);
  registry.register(billing, [define("new:{id}", { aliases: ["old:{id}"] })]);
  registry.revoke(billing, "web", ["new:7"]);
  expect(registry.statusOf("new:7", "web")).toBe("NOT_ALLOWED");
});

it("grants for instances of a deleted template do not come to the next owner of the names", () => {
  registry.register(billing, [restricted("data:{id}")]);
  registry.grant(billing, "web", ["data:7"]);
  registry.retire(billing, ["data:{id}"]);
  try {
    registry.register(docs, [restricted("data:7")]);
  } catch {
    return; // Refused would be as good.
  }
  expect(registry.statusOf("data:7", "web")).toBe("NOT_ALLOWED");
});

it("releasing a deleted template leaves the grants of an exact name that is registered still", () => {
  registry.register(billing, [restricted("data:{id}"), restricted("data:1")]);
  registry.grant(billing, "web", ["data:1"]);
  registry.retire(billing, ["data:{id}"]);
  registry.release(["data:{id}"]);
  expect(registry.statusOf("data:1", "web")).toBe("GRANTED");
});

it("a second renaming keeps both older names", () => {
  registry.register(billing, ["a"]);
  registry.register(billing, [define("b", { aliases: ["a"] })]);
  expect(registry.register(billing, [define("c", { aliases: ["a", "b"] })])).toEqual({ c: "CREATED" });
});

it("an owner does not make an alias of a scope valid again that an administrator has disabled", () => {
  registry.register(billing, ["a"]);
  registry.register(billing, [define("b", { aliases: ["a"] })]);
  registry.disable(ADMIN, ["b"]);
  refusedBy(() => registry.register(billing, ["b", "a"], { mode: "REPLACE" }));
});

it("who gets a scope that an administrator has disabled stays as it is until it is enabled", () => {
  const limited = owner("billing-api");
  registry.register(limited, ["a"]);
  registry.disable(ADMIN, ["a"]);
  registry.register(limited, [define("a", { isDefault: true, resources: ["urn:a"] })]);
  expect(registry.scope("a")).toMatchObject({ isDefault: false, resources: [] });
  registry.enable(ADMIN, ["a"]);
  refusedBy(() => registry.register(limited, [define("a", { isDefault: true })]));
});

it("in REVIEW a narrowing takes effect at once, also beside a widening that waits", () => {
  registry.register(billing, ["a"]);
  registry.set("billing-api", { mode: "REVIEW" });
  registry.register(billing, [define("a", { restricted: true, aliases: ["old"] })]);
  expect(registry.scope("a").restricted).toBe(true);
});

it("a policy that was not kept has no revision that never was", () => {
  registry.register(billing, ["a"]);
  expect(registry.setClient("web", []).revision).toBeLessThanOrEqual(registry.state.revision);
});

it("a grant of an exact name is none of the template beside it", () => {
  registry.register(billing, ["data:{id}", restricted("data:1")]);
  registry.grant(billing, "web", ["data:1"]);
  registry.disable(billing, ["data:{id}"], NO_USES);
});

it("the resource is named that a proposal of a scope that stays is tied to", () => {
  registry.register(docs, ["d"]);
  registry.register(billing, [define("a", { resources: ["urn:a"] }), define("b", { resources: ["urn:b"] })]);
  registry.set("billing-api", { mode: "REVIEW", resources: ["urn:a", "urn:b"] });
  registry.register(billing, [define("b", { resources: ["urn:a"] })]);
  const { metadata } = refusedBy(() => registry.transfer(ADMIN, ["a"], "docs-api"));
  expect(metadata).toEqual({ scopes: "b", resource: "urn:a" });
});

it("a renaming back, by naming the new name as an alias, is one", () => {
  registry.register(billing, ["a"]);
  registry.register(billing, [define("b", { aliases: ["a"] })]);
  expect(registry.register(billing, [define("a", { aliases: ["b"] })])).toEqual({ a: "CREATED" });
});

it("an instance whose own name is deleted can be granted, as it is one again", () => {
  registry.register(billing, [restricted("data:{id}"), "data:7"]);
  registry.disable(ADMIN, ["data:7"]);
  registry.delete(ADMIN, ["data:7"]);
  expect(registry.statusOf("data:7", "web")).toBe("NOT_ALLOWED");
  registry.grant(billing, "web", ["data:7"]);
});
