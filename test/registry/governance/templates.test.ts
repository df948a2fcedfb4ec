import { beforeEach, describe, expect, it } from "vitest";
import { MAX_SCOPES_PER_REGISTRATION } from "../../../src/registry/limits.ts";
import { ADMIN, define, owner } from "../sample-registrations.ts";
import { GovernedRegistry, NO_USES } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const docs = owner("docs-api");

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
});

describe("two templates", () => {
  const overlapping = [
    ["data:{id}:read", "data:{key}:read"],
    ["data:{id}:read", "data:{id}:{what}"],
    ["data:{id}:read", "data:own:{what}"],
    ["data:{id}", "data:{key}"],
    ["a.{x}/{y}:z", "a.b/{y}:{z}"],
    ["data:{a}:{b}:{c}", "data:{a}:{b}:c"],
  ] as const;
  const apart = [
    ["data:{id}:read", "data:{id}:write"],
    ["data:{id}:read", "data:{id}"],
    ["data:{id}:read", "data:{id}.read"],
    ["data:{id}:read", "dat:{id}:read"],
    ["data:own:{what}", "data:other:{what}"],
    ["data:{id}:", "data:{id}"],
    ["data:{id}:read", "data:*!:{what}"],
  ] as const;

  it.each(overlapping)("that could match one name are refused, whoever has the first: %s and %s", (one, other) => {
    registry.register(billing, [one]);
    for (const registrant of [billing, docs]) {
      const refusal = refusedBy(() => registry.register(registrant, [other]));
      expect(refusal).toMatchObject({ reason: "TEMPLATE_OVERLAP", metadata: { scopes: other, other: one } });
    }
  });

  it.each(overlapping)(
    "that could match one name are refused in one request, in either order: %s and %s",
    (...pair) => {
      for (const names of [pair, pair.toReversed()]) {
        expect(refusedBy(() => registry.register(billing, names)).reason).toBe("TEMPLATE_OVERLAP");
      }
      const { reason } = refusedBy(() => registry.register(billing, [pair[0], define("other:{id}"), pair[1]]));
      expect(reason).toBe("TEMPLATE_OVERLAP");
      expect(registry.state.revision).toBe(0);
    },
  );

  it.each(apart)("that match no name in common stand side by side: %s and %s", (one, other) => {
    expect(registry.register(billing, [one, other])).toEqual({ [one]: "CREATED", [other]: "CREATED" });
  });

  it("are compared by their aliases too", () => {
    registry.register(billing, [define("now:{id}", { aliases: ["before:{id}"] })]);
    const renamed = define("third:{key}", { aliases: ["before:{key}"] });
    for (const other of ["before:{key}", renamed]) {
      expect(refusedBy(() => registry.register(billing, [other]))).toMatchObject({
        reason: "TEMPLATE_OVERLAP",
        metadata: { scopes: "before:{key}", other: "now:{id}" },
      });
    }
  });

  it("are compared also where one of them waits for a review, or is disabled", () => {
    registry.set("docs-api", { mode: "REVIEW" });
    registry.register(docs, ["waits:{id}"]);
    registry.register(billing, ["disabled:{id}"]);
    registry.disable(billing, ["disabled:{id}"]);
    for (const name of ["waits:{key}", "disabled:{key}"]) {
      expect(refusedBy(() => registry.register(billing, [name])).reason).toBe("TEMPLATE_OVERLAP");
    }
  });

  it("do not overlap where one is deleted, which then cannot come back", () => {
    registry.register(billing, ["data:{id}"]);
    registry.retire(billing, ["data:{id}"]);
    expect(registry.register(billing, ["data:{key}"])).toEqual({ "data:{key}": "CREATED" });
    expect(refusedBy(() => registry.register(billing, ["data:{id}"])).reason).toBe("TEMPLATE_OVERLAP");
  });

  it("that are many and alike are refused after a bounded number of comparisons", () => {
    const many = (nameOf: (at: number) => string) =>
      Array.from({ length: MAX_SCOPES_PER_REGISTRATION }, (_, at) => nameOf(at));
    registry.register(
      billing,
      many((at) => `data:v${at}:{id}:end${at}`),
    );
    const refusal = refusedBy(() =>
      registry.register(
        billing,
        many((at) => `data:{id}:w${at}:stop${at}`),
      ),
    );
    expect(refusal).toMatchObject({ reason: "REGISTRATION_TOO_LARGE", metadata: { limit: "200000" } });
    expect(registry.register(billing, ["data:{id}:w:stop"])).toEqual({ "data:{id}:w:stop": "CREATED" });
  });
});

describe("a family of scopes", () => {
  it("is its owner's: nobody else registers an instance, or an alias that is one", () => {
    registry.register(billing, ["data:{id}:read"]);
    for (const scope of [define("data:7:read"), define("free", { aliases: ["data:7:read"] })]) {
      const refusal = refusedBy(() => registry.register(docs, ["fine", scope]));
      const metadata = { scopes: "data:7:read", holder: "billing-api" };
      expect({ ...refusal }).toMatchObject({ reason: "PREFIX_NOT_OWNED", metadata });
    }
    expect(registry.register(docs, ["data:7:write"])).toEqual({ "data:7:write": "CREATED" });
  });

  it.each<{ what: string; have: () => void }>([
    { what: "a scope", have: () => void registry.register(docs, ["data:7:read"]) },
    { what: "an alias", have: () => void registry.register(docs, [define("papers", { aliases: ["data:7:read"] })]) },
    {
      what: "a reserved name",
      have: () => {
        registry.register(docs, ["data:7:read"]);
        registry.retire(docs, ["data:7:read"]);
      },
    },
  ])("is refused to who would find $what of another in it", ({ have }) => {
    have();
    const template = () => registry.register(billing, ["also:{id}", "data:{id}:write", "data:{id}:read"]);
    expect(refusedBy(template)).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: "data:{id}:read" } });
    const alias = () => registry.register(billing, [define("set:{id}", { aliases: ["data:{id}:read"] })]);
    expect(refusedBy(alias)).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: "data:{id}:read" } });
    expect(registry.register(billing, ["data:{id}:write"])).toEqual({ "data:{id}:write": "CREATED" });
  });

  it("is closed as a whole by an administrator who disables it: no exact name of it is registered then", () => {
    registry.register(billing, ["data:{id}:read"]);
    registry.disable(ADMIN, ["data:{id}:read"]);
    for (const scope of [define("data:7:read"), define("free", { aliases: ["data:7:read"] })]) {
      expect(refusedBy(() => registry.register(billing, [scope])).reason).toBe("NAME_IN_USE");
    }
    registry.enable(ADMIN, ["data:{id}:read"]);
    expect(registry.register(billing, ["data:7:read"])).toEqual({ "data:7:read": "CREATED" });
  });

  it("stays its owner's when it is deleted, with all that it stood for, until it is released", () => {
    registry.register(billing, ["data:{id}:read"]);
    registry.retire(billing, ["data:{id}:read"]);
    const instance = refusedBy(() => registry.register(docs, ["data:7:read"]));
    expect(instance).toMatchObject({ reason: "PREFIX_NOT_OWNED", metadata: { holder: "billing-api" } });
    const family = refusedBy(() => registry.register(docs, ["data:{key}:read"]));
    expect(family).toMatchObject({ reason: "TEMPLATE_OVERLAP", metadata: { other: "data:{id}:read" } });
    expect(registry.register(billing, ["data:{key}:read"])).toEqual({ "data:{key}:read": "CREATED" });
    registry.retire(billing, ["data:{key}:read"]);
    registry.release(["data:{id}:read"]);
    expect(refusedBy(() => registry.register(docs, ["data:7:read"])).reason).toBe("PREFIX_NOT_OWNED");
    registry.release(["data:{key}:read"]);
    expect(registry.register(docs, ["data:{x}:read"])).toEqual({ "data:{x}:read": "CREATED" });
  });

  it("is not refused for what only looks like an instance", () => {
    registry.register(docs, ["data:7:8:read", "data::read", "data:7:reads", `data:${"7".repeat(129)}:read`]);
    expect(registry.register(billing, ["data:{id}:read"])).toEqual({ "data:{id}:read": "CREATED" });
  });

  it("has exact names of its owner's beside it, registered before or after", () => {
    registry.register(billing, [define("data:1:read", { restricted: true })]);
    registry.register(billing, ["data:{id}:read"]);
    registry.register(billing, [define("data:2:read", { restricted: true })]);
    expect(["1", "2", "3"].map((id) => registry.statusOf(`data:${id}:read`))).toEqual([
      "NOT_ALLOWED",
      "NOT_ALLOWED",
      "GRANTED",
    ]);
  });

  it("does not let a name of it go, which would be valid again", () => {
    registry.register(billing, ["data:{id}", "data:7", define("seven", { aliases: ["data:07", "07"] })]);
    registry.disable(billing, ["data:7"]);
    const drop = () => registry.register(billing, [define("seven", { aliases: ["07"] })]);
    for (const [act, scopes] of [
      [() => registry.delete(billing, ["data:7"]), "data:7"],
      [drop, "data:07"],
    ] as const) {
      expect(refusedBy(act)).toMatchObject({ reason: "NAME_IN_USE", metadata: { scopes } });
    }
    registry.retire(billing, ["data:{id}", "data:7"]);
    expect(drop()).toEqual({ seven: "UPDATED" });
  });

  it("lets a name of it go by an administrator with force: it is an instance again, and kept for its owner", () => {
    registry.register(billing, ["data:{id}", "data:7"]);
    registry.disable(ADMIN, ["data:7"]);
    expect(refusedBy(() => registry.delete(ADMIN, ["data:7"], NO_USES)).reason).toBe("NAME_IN_USE");
    registry.delete(ADMIN, ["data:7"]);
    expect(registry.statusOf("data:7")).toBe("GRANTED");
    expect(registry.state.reservedName("data:7")).toMatchObject({ owner: "billing-api" });
  });

  it("cannot be a default", () => {
    const refusal = refusedBy(() => registry.register(billing, [define("data:{id}", { isDefault: true })]));
    expect(refusal).toMatchObject({ reason: "INVALID_REQUEST", violations: [{ field: "scopes[0].is_default" }] });
  });
});
