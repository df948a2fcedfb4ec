import type { ScopeRecord } from "@scope-registry/client/judging";
import { beforeEach, describe, expect, it } from "vitest";
import { planRefusal } from "../../../src/registry/governance/refuse-scopes.ts";
import type { ScopeDefinition } from "../../../src/registry/registration.ts";
import { ADMIN, define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const NARROW = { restricted: true, isDefault: false, resources: ["urn:one"], aliases: ["old"] };
const WIDE = { restricted: false, isDefault: true, resources: ["urn:one", "urn:two"], aliases: ["old", "older"] };

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("narrow", NARROW), "valid", "ended"]);
  registry.disable(billing, ["ended"]);
  registry.set("billing-api", { mode: "REVIEW", resources: ["urn:one", "urn:two"] });
  registry.register(billing, [define("narrow", WIDE), "new"]);
});

function inForce({ restricted, isDefault, resources, aliases }: ScopeRecord): object {
  return { restricted, isDefault, resources, aliases };
}

describe("RefuseScopes", () => {
  it("disables what was never approved, so that its owner registers texts only", () => {
    const { scopes, revision } = registry.refuse(["new"]);
    expect(scopes).toEqual([registry.scope("new")]);
    expect(registry.scope("new")).toMatchObject({ state: "DISABLED", disabledByAdmin: true, revision });
    const again = [define("new", { description: "Another", isDefault: true })];
    expect(registry.register(billing, again)).toEqual({ new: "UPDATED" });
    expect(registry.scope("new")).toMatchObject({ state: "DISABLED", description: "Another", isDefault: false });
    expect(refusedBy(() => registry.enable(billing, ["new"])).reason).toBe("WRONG_STATE");
  });

  it("drops what a valid scope proposes, and leaves in force what is", () => {
    const { revision } = registry.refuse(["narrow"]);
    const scope = registry.scope("narrow");
    expect(scope).toMatchObject({ state: "ACTIVE", proposal: undefined, refusedProposal: WIDE, revision });
    expect(inForce(scope)).toEqual(NARROW);
    expect([registry.statusOf("old"), registry.statusOf("older")]).toEqual(["NOT_ALLOWED", "UNKNOWN"]);
  });

  it("leaves a scope deprecated that is declared so", () => {
    registry.register(billing, [define("narrow", { deprecated: true })]);
    registry.refuse(["narrow"]);
    expect(registry.scope("narrow").state).toBe("DEPRECATED");
  });

  it("passes over what is refused already, also beside what is not", () => {
    registry.refuse(["narrow"]);
    const { revision } = registry.refuse(["new", "narrow"]);
    expect(registry.scope("narrow").revision).toBeLessThan(revision);
    expect(registry.refuse(["narrow", "new"]).revision).toBe(revision);
    expect(registry.state.revision).toBe(revision);
  });

  it.each(["valid", "ended"])("does not take what has nothing to review, and then takes nothing: %s", (name) => {
    const { revision } = registry.state;
    const refusal = refusedBy(() => registry.refuse(["new", name, "narrow"]));
    expect(refusal).toMatchObject({ reason: "WRONG_STATE", metadata: { scopes: name } });
    expect(refusedBy(() => registry.refuse(["new", "none"])).reason).toBe("NOT_FOUND");
    expect(registry.state.revision).toBe(revision);
  });

  it("takes what was read only", () => {
    const { revision } = registry.scope("new");
    registry.register(billing, [define("new", { restricted: true })]);
    const stale = refusedBy(() => registry.refuse(["narrow", "new"], revision));
    expect(stale).toMatchObject({ reason: "REVISION_MISMATCH", metadata: { revision: String(revision + 1) } });
    registry.register(billing, [define("valid", { description: "Another" })]);
    registry.refuse(["narrow", "new"], revision + 1);
    expect(registry.scope("new").state).toBe("DISABLED");
  });

  it("does not take what was approved since it was read", () => {
    const { revision } = registry.state;
    registry.approve(["new"]);
    expect(refusedBy(() => registry.refuse(["new"], revision)).reason).toBe("REVISION_MISMATCH");
    expect(refusedBy(() => registry.refuse(["new"])).reason).toBe("WRONG_STATE");
  });

  it("is an administrator's", () => {
    const byOwner = () => planRefusal(registry.state, billing, ["new"], undefined, nextStamp(registry.state));
    expect(refusedBy(byOwner).reason).toBe("SCOPE_NOT_OWNED");
  });
});

describe("what was refused", () => {
  beforeEach(() => {
    registry.refuse(["narrow"]);
  });

  it.each(["MERGE", "REPLACE"] as const)("is not proposed by registering it again, with %s", (mode) => {
    const { revision } = registry.state;
    const scopes = [define("narrow", WIDE), "valid", "new"];
    const unchanged = { narrow: "UNCHANGED", valid: "UNCHANGED", new: "UNCHANGED" };
    expect(registry.register(billing, scopes, { mode })).toEqual(unchanged);
    expect(registry.register(owner("billing-api"), scopes, { mode })).toEqual(unchanged);
    expect(registry.state.revision).toBe(revision);
  });

  it("is not proposed beside what passes at once, nor after a start of the version before", () => {
    registry.register(billing, [define("narrow", { ...WIDE, description: "Another" })]);
    registry.register(billing, [define("narrow", NARROW)]);
    registry.register(billing, [define("narrow", WIDE)]);
    const scope = registry.scope("narrow");
    expect(scope).toMatchObject({ state: "ACTIVE", refusedProposal: WIDE });
    expect(inForce(scope)).toEqual(NARROW);
  });

  it.each<{ what: string; changes: Partial<ScopeDefinition> }>([
    { what: "less", changes: { ...WIDE, isDefault: false } },
    { what: "more", changes: { ...WIDE, aliases: ["old", "older", "oldest"] } },
    { what: "else, what it leaves out being what is in force", changes: { restricted: false } },
  ])("gives way to what proposes something $what", ({ changes }) => {
    expect(registry.register(billing, [define("narrow", changes)])).toEqual({ narrow: "UPDATED" });
    const proposal = { ...NARROW, ...changes };
    expect(registry.scope("narrow")).toMatchObject({ state: "PENDING", proposal, refusedProposal: undefined });
    registry.approve(["narrow"]);
    expect(registry.scope("narrow")).toMatchObject({ ...proposal, refusedProposal: undefined });
  });

  it("is proposed again by the same definition once something else was", () => {
    registry.register(billing, [define("narrow", { restricted: false })]);
    registry.register(billing, [define("narrow", WIDE)]);
    expect(registry.scope("narrow")).toMatchObject({ state: "PENDING", proposal: WIDE });
  });

  it("takes effect where registrations are not reviewed any more", () => {
    registry.set("billing-api", { resources: ["urn:one", "urn:two"] });
    expect(registry.register(billing, [define("narrow", WIDE)])).toEqual({ narrow: "UPDATED" });
    expect(registry.scope("narrow")).toMatchObject({ ...WIDE, state: "ACTIVE", refusedProposal: undefined });
  });

  it("is forgotten when the scope is disabled", () => {
    registry.disable(ADMIN, ["narrow"]);
    registry.enable(ADMIN, ["narrow"]);
    registry.register(billing, [define("narrow", WIDE)]);
    expect(registry.scope("narrow")).toMatchObject({ state: "PENDING", proposal: WIDE });
  });
});
