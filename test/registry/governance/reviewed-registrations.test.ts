import type { ScopeRecord } from "@scope-registry/client/judging";
import { beforeEach, describe, expect, it } from "vitest";
import { planApproval } from "../../../src/registry/governance/approve-scopes.ts";
import type { ScopeDefinition } from "../../../src/registry/registration.ts";
import { ADMIN, define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const docs = owner("docs-api");
const NARROW = { restricted: true, isDefault: false, resources: ["urn:one"], aliases: ["old"] };
const WIDE = { restricted: false, isDefault: true, resources: ["urn:one", "urn:two"], aliases: ["old", "older"] };

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("narrow", NARROW)]);
  registry.register(billing, [define("wide", { ...WIDE, aliases: ["former", "latter"] })]);
  registry.grant(billing, "web", ["narrow"]);
  registry.set("billing-api", { mode: "REVIEW", resources: ["urn:one", "urn:two"] });
});

function inForce({ restricted, isDefault, resources, aliases }: ScopeRecord): object {
  return { restricted, isDefault, resources, aliases };
}

describe("a registration that is reviewed", () => {
  it("makes a new scope wait, and grants it to nobody", () => {
    expect(registry.register(billing, [define("new", { deprecated: true })])).toEqual({ new: "CREATED" });
    expect(registry.scope("new")).toMatchObject({ state: "PENDING", proposal: undefined });
    expect(registry.statusOf("new")).toBe("PENDING");
  });

  it.each<{ what: string; changes: Partial<ScopeDefinition> }>([
    { what: "becomes a default", changes: { isDefault: true } },
    { what: "is no longer restricted", changes: { restricted: false } },
    { what: "is tied to one more resource", changes: { resources: ["urn:one", "urn:two"] } },
    { what: "is tied to another resource", changes: { resources: ["urn:two"] } },
    { what: "has one more alias", changes: { aliases: ["old", "older"] } },
    { what: "has another alias", changes: { aliases: ["older"] } },
  ])("makes a scope wait that $what, and leaves in force what was", ({ changes }) => {
    expect(registry.register(billing, [define("narrow", changes)])).toEqual({ narrow: "UPDATED" });
    const scope = registry.scope("narrow");
    expect(inForce(scope)).toEqual(NARROW);
    expect(scope).toMatchObject({ state: "PENDING", proposal: { ...NARROW, ...changes } });
    expect([registry.statusOf("narrow", "web"), registry.statusOf("old", "web")]).toEqual(["GRANTED", "DEPRECATED"]);
    expect([registry.statusOf("narrow"), registry.statusOf("older")]).toEqual(["NOT_ALLOWED", "UNKNOWN"]);
  });

  it("makes a scope wait that is tied to nothing any more", () => {
    registry.register(billing, [define("narrow", { aliases: ["old"] }), "wide"], { mode: "REPLACE" });
    expect(registry.scope("narrow")).toMatchObject({ resources: ["urn:one"], proposal: { resources: [] } });
  });

  it.each<{ what: string; changes: Partial<ScopeDefinition> }>([
    { what: "is no default any more", changes: { isDefault: false } },
    { what: "is restricted", changes: { restricted: true } },
    { what: "is tied to one resource less", changes: { resources: ["urn:two"] } },
    { what: "has one alias less", changes: { aliases: ["latter"] } },
    { what: "has another description", changes: { description: "Another" } },
    { what: "has a consent text", changes: { consentTexts: { en: { title: "Read", description: "" } } } },
    { what: "is replaced", changes: { replacedBy: "narrow" } },
    { what: "is to end", changes: { sunsetTime: 1_900_000_000_000 } },
    { what: "is unlisted", changes: { unlisted: true } },
  ])("lets pass at once that a scope $what", ({ changes }) => {
    registry.register(billing, [define("wide", changes)]);
    expect(registry.scope("wide")).toMatchObject({ ...changes, state: "ACTIVE", proposal: undefined });
  });

  it("lets a deprecation pass at once, also of a scope that waits", () => {
    registry.register(billing, [define("wide", { deprecated: true })]);
    expect(registry.scope("wide").state).toBe("DEPRECATED");
    registry.register(billing, [define("narrow", { deprecated: true, isDefault: true })]);
    expect(registry.scope("narrow")).toMatchObject({ state: "PENDING", isDefault: false });
    expect(registry.statusOf("narrow", "web")).toBe("DEPRECATED");
  });

  it("lets the texts of a widened scope pass at once", () => {
    registry.register(billing, [define("narrow", { description: "Another", isDefault: true })]);
    expect(registry.scope("narrow")).toMatchObject({ description: "Another", isDefault: false });
  });

  it("refuses at once what could never be approved", () => {
    registry.set("docs-api", { namePrefixes: ["docs:"] });
    const scopes = [define("new", { aliases: ["docs:new"] })];
    expect(refusedBy(() => registry.register(billing, scopes)).reason).toBe("PREFIX_NOT_OWNED");
  });

  it("needs the right to set defaults when it proposes one, and not to keep proposing it", () => {
    const limited = owner("billing-api");
    const scopes = [define("narrow", { isDefault: true })];
    expect(refusedBy(() => registry.register(limited, scopes)).reason).toBe("SCOPE_MISSING");
    registry.register(billing, scopes);
    expect(registry.register(limited, scopes)).toEqual({ narrow: "UNCHANGED" });
    expect(registry.register(limited, [define("narrow", { description: "Another" })])).toEqual({ narrow: "UPDATED" });
    expect(registry.scope("narrow").proposal).toMatchObject({ isDefault: true });
  });
});

describe("what waits for a review", () => {
  beforeEach(() => {
    registry.register(billing, [define("narrow", WIDE), define("new", { aliases: ["newer"] })]);
  });

  it.each(["MERGE", "REPLACE"] as const)("is UNCHANGED when it is registered again, with %s", (mode) => {
    const { revision } = registry.state;
    const wide = define("wide", { ...WIDE, aliases: ["former", "latter"] });
    const scopes = [define("narrow", WIDE), define("new", { aliases: ["newer"] }), wide];
    expect(Object.values(registry.register(billing, scopes, { mode }))).toEqual(scopes.map(() => "UNCHANGED"));
    expect(registry.state.revision).toBe(revision);
  });

  it("is kept where a definition leaves it out", () => {
    expect(registry.register(billing, ["narrow", "new"])).toEqual({ narrow: "UNCHANGED", new: "UNCHANGED" });
    registry.register(billing, [define("narrow", { restricted: true })]);
    expect(registry.scope("narrow").proposal).toEqual({ ...WIDE, restricted: true });
  });

  it("is withdrawn by registering what is in force", () => {
    const { aliases, ...rest } = NARROW;
    expect(registry.register(billing, [define("narrow", { ...rest, aliases })])).toEqual({ narrow: "UPDATED" });
    expect(registry.scope("narrow")).toMatchObject({ ...NARROW, state: "ACTIVE", proposal: undefined });
  });

  it("is dropped by a REPLACE that does not name the scope", () => {
    registry.register(billing, ["wide"], { mode: "REPLACE" });
    expect(registry.scope("narrow")).toMatchObject({ ...NARROW, state: "DISABLED", proposal: undefined });
    expect(registry.scope("new")).toMatchObject({ state: "DISABLED", aliases: [] });
    registry.register(billing, ["narrow"]);
    expect(registry.scope("narrow")).toMatchObject({ state: "PENDING", proposal: undefined });
    expect(registry.statusOf("narrow", "web")).toBe("PENDING");
  });

  it("takes effect without an approval once registrations are not reviewed any more", () => {
    registry.set("billing-api", { resources: ["urn:one", "urn:two"] });
    expect(registry.statusOf("new")).toBe("PENDING");
    expect(registry.register(billing, ["narrow", "new"])).toEqual({ narrow: "UPDATED", new: "UPDATED" });
    expect(registry.scope("narrow")).toMatchObject({ ...WIDE, state: "ACTIVE", proposal: undefined });
    expect(registry.statusOf("newer")).toBe("DEPRECATED");
  });

  it("takes effect when it is approved, and what is valid already is passed over", () => {
    const { scopes, revision } = registry.approve(["narrow", "new", "wide"]);
    expect(scopes.map(({ name }) => name)).toEqual(["narrow", "new", "wide"]);
    expect(registry.scope("narrow")).toMatchObject({ ...WIDE, state: "ACTIVE", proposal: undefined, revision });
    expect([registry.statusOf("older"), registry.statusOf("newer")]).toEqual(["DEPRECATED", "DEPRECATED"]);
    expect(registry.scope("wide").revision).toBeLessThan(revision);
    expect(registry.approve(["narrow", "new"]).revision).toBe(revision);
    expect(registry.state.revision).toBe(revision);
  });

  it("becomes deprecated when it is approved, where it is declared so", () => {
    registry.register(billing, [define("new", { deprecated: true })]);
    registry.approve(["new"]);
    expect(registry.scope("new").state).toBe("DEPRECATED");
  });

  it("claims no resource before it is approved, and not what another has claimed meanwhile", () => {
    registry.register(billing, [
      define("late", { resources: ["urn:late"] }),
      define("taken", { resources: ["urn:taken"] }),
    ]);
    expect(registry.state.holderOf("urn:late")).toBeUndefined();
    registry.register(docs, [define("d", { resources: ["urn:taken"] })]);
    registry.approve(["late"]);
    expect(registry.state.holderOf("urn:late")).toBe("billing-api");
    expect(refusedBy(() => registry.approve(["taken"])).reason).toBe("RESOURCE_NOT_OWNED");
  });

  it("is approved only as it was read", () => {
    const { revision } = registry.scope("new");
    registry.register(billing, [define("new", { restricted: true })]);
    const stale = refusedBy(() => registry.approve(["narrow", "new"], revision));
    expect(stale).toMatchObject({ reason: "REVISION_MISMATCH", metadata: { revision: String(revision + 1) } });
    registry.register(billing, [define("wide", { description: "Another" })]);
    registry.approve(["narrow", "new"], revision + 1);
  });

  it("is not approved where somebody has taken an alias of it meanwhile", () => {
    registry.register(owner("docs-api"), ["newer"]);
    const refusal = refusedBy(() => registry.approve(["new"]));
    expect(refusal).toMatchObject({ reason: "NAME_IN_USE", metadata: { scopes: "newer" } });
  });

  it("is approved by an administrator, and not where the scope is disabled or unknown", () => {
    const byOwner = () => planApproval(registry.state, billing, ["new"], undefined, nextStamp(registry.state));
    expect(refusedBy(byOwner).reason).toBe("SCOPE_NOT_OWNED");
    registry.disable(ADMIN, ["new"]);
    expect(refusedBy(() => registry.approve(["narrow", "new"]))).toMatchObject({
      reason: "WRONG_STATE",
      metadata: { scopes: "new" },
    });
    expect(refusedBy(() => registry.approve(["narrow", "none"]))).toMatchObject({
      reason: "NOT_FOUND",
      metadata: { names: "none" },
    });
  });
});
