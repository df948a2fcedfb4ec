import { beforeEach, describe, expect, it } from "vitest";
import { planServerSettings } from "../../../src/registry/governance/set-resource-server.ts";
import { ADMIN, define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry, settingsOf } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api");
const docs = owner("docs-api");

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
});

describe("the settings of a resource server", () => {
  it("are an administrator's, of one that need not have registered", () => {
    const settings = { ...settingsOf("billing-api", { contact: "ops@example.com" }), mode: "READ_ONLY" } as const;
    const plan = (actor = ADMIN) =>
      planServerSettings(registry.state, actor, settings, undefined, nextStamp(registry.state));
    expect(refusedBy(() => plan(billing)).reason).toBe("SCOPE_NOT_OWNED");
    registry.apply(ADMIN.owner, plan());
    expect(registry.state.resourceServer("billing-api")).toMatchObject({ ...settings, release: 0, revision: 1 });
    expect(plan().changes).toEqual([]);
  });

  it("leave its release and the time of its beginning, and replace all else", () => {
    registry.register(billing, [define("a", { resources: ["urn:b"] })], { release: 7, displayName: "Billing" });
    registry.set("billing-api", { resources: ["urn:b"] });
    expect(registry.state.resourceServer("billing-api")).toMatchObject({ release: 7, displayName: "", revision: 2 });
  });

  it("are refused on what has changed since it was read: its scopes count", () => {
    registry.set("billing-api", {});
    registry.register(billing, ["a"]);
    const refusal = refusedBy(() => registry.set("billing-api", { mode: "REVIEW" }, 1));
    expect(refusal).toMatchObject({ reason: "REVISION_MISMATCH", metadata: { revision: "2" } });
    registry.set("billing-api", { mode: "REVIEW" }, 2);
  });

  it("take no resource that another holds, in any spelling, and leave none that its scopes are tied to", () => {
    registry.register(docs, [define("d", { resources: ["https://docs.example.com/"] })]);
    const taken = refusedBy(() => registry.set("billing-api", { resources: ["urn:b", "https://DOCS.example.com"] }));
    expect(taken).toMatchObject({
      reason: "RESOURCE_TAKEN",
      metadata: { resource: "https://DOCS.example.com", holder: "docs-api" },
    });
    const left = refusedBy(() => registry.set("docs-api", { resources: ["urn:d"] }));
    expect(left).toMatchObject({
      reason: "RESOURCE_IN_USE",
      metadata: { scopes: "d", resource: "https://docs.example.com/" },
    });
    registry.set("docs-api", { mode: "REVIEW", resources: ["https://docs.example.com", "urn:d"] });
    registry.register(docs, [define("d", { resources: ["urn:d"] })]);
    const waiting = refusedBy(() => registry.set("docs-api", { resources: ["https://docs.example.com/"] }));
    expect(waiting).toMatchObject({ reason: "RESOURCE_IN_USE", metadata: { resource: "urn:d" } });
  });

  it("give the right to set defaults, and take it away", () => {
    const scopes = [define("a", { isDefault: true })];
    expect(refusedBy(() => registry.register(billing, scopes)).reason).toBe("SCOPE_MISSING");
    registry.set("billing-api", { maySetDefaults: true });
    registry.register(billing, scopes);
    registry.set("billing-api", {});
    expect(registry.register(billing, scopes)).toEqual({ a: "UNCHANGED" });
    expect(refusedBy(() => registry.register(billing, [define("b", { isDefault: true })])).reason).toBe(
      "SCOPE_MISSING",
    );
  });
});
