import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../../../src/registry/governance/authority.ts";
import { planDeletion, planDisabling } from "../../../src/registry/governance/retire-scopes.ts";
import type { UsesByName } from "../../../src/registry/governance/scope-usage.ts";
import { ADMIN, define, nextStamp, owner } from "../sample-registrations.ts";
import { GovernedRegistry, NO_USES } from "./governed-registry.ts";
import { refusedBy } from "./refused-by.ts";

const billing = owner("billing-api", true);
const USED: UsesByName = {
  today: 20_000,
  uses: new Map([["a", { name: "a", lastDay: 19_999, clientIds: ["web", "cli"] }]]),
};

let registry: GovernedRegistry;

beforeEach(() => {
  registry = new GovernedRegistry();
  registry.register(billing, [define("a", { aliases: ["old-a"], restricted: true }), "b"]);
});

describe("disabling scopes", () => {
  it("ends them, and keeps their names and what is declared of them", () => {
    const { scopes, revision } = registry.disable(billing, ["b", "a"]);
    expect(scopes.map(({ name, state }) => [name, state])).toEqual([
      ["b", "DISABLED"],
      ["a", "DISABLED"],
    ]);
    expect(registry.scope("a")).toMatchObject({
      disabledByAdmin: false,
      restricted: true,
      aliases: ["old-a"],
      revision,
    });
    expect(["a", "old-a", "b"].map((name) => registry.statusOf(name))).toEqual(["DISABLED", "DISABLED", "DISABLED"]);
    expect(registry.disable(billing, ["a", "b"]).revision).toBe(revision);
    expect(registry.state.revision).toBe(revision);
  });

  it("by an administrator goes before the owner's word", () => {
    registry.disable(billing, ["a"]);
    registry.disable(ADMIN, ["a"]);
    registry.disable(billing, ["a"]);
    expect(registry.scope("a")).toMatchObject({ state: "DISABLED", disabledByAdmin: true });
    expect(registry.register(billing, [define("a", { description: "Another" })])).toEqual({ a: "UPDATED" });
    expect(registry.register(billing, [define("a", { description: "Another" })])).toEqual({ a: "UNCHANGED" });
    for (const act of [() => registry.enable(billing, ["b", "a"]), () => registry.delete(billing, ["a"])]) {
      expect(refusedBy(act)).toMatchObject({ reason: "WRONG_STATE", metadata: { scopes: "a" } });
    }
    registry.enable(ADMIN, ["a"]);
    expect(registry.scope("a")).toMatchObject({ state: "ACTIVE", disabledByAdmin: false, description: "Another" });
  });

  it("by an administrator that owns them is an owner's", () => {
    registry.disable({ ...billing, isAdmin: true }, ["a"]);
    registry.enable(billing, ["a"]);
    expect(registry.scope("a").state).toBe("ACTIVE");
  });

  it("refuses names that are none of a scope, and says whose alias one is", () => {
    const refusal = refusedBy(() => registry.disable(billing, ["a", "old-a", "none"]));
    expect(refusal).toMatchObject({ reason: "NOT_FOUND", metadata: { names: "old-a none" } });
    expect(refusal.message).toContain("its scope is a");
  });
});

describe("scopes that are in use", () => {
  const retire: {
    act: string;
    prepare: () => void;
    plan: (actor: Actor, uses: UsesByName, force?: boolean) => unknown;
  }[] = [
    {
      act: "disable",
      prepare: () => undefined,
      plan: (actor, uses, force = false) => {
        const retirement = { names: ["a", "b"], force, validateOnly: false };
        return planDisabling(registry.state, actor, retirement, uses, nextStamp(registry.state));
      },
    },
    {
      act: "delete",
      prepare: () => void registry.disable(billing, ["a", "b"]),
      plan: (actor, uses, force = false) => {
        const retirement = { names: ["a", "b"], force, validateOnly: false };
        return planDeletion(registry.state, actor, retirement, uses, nextStamp(registry.state));
      },
    },
  ];

  describe.each(retire)("$act", ({ act, prepare, plan }) => {
    it.each<{ why: string; use: () => UsesByName; told: string; clients?: string }>([
      { why: "was granted lately", use: () => USED, told: "last granted on 2024-10-03", clients: "web cli" },
      {
        why: "is granted to a client",
        use: () => {
          registry.grant(billing, "web", ["old-a"]);
          return NO_USES;
        },
        told: "granted to 1 client",
        clients: "web",
      },
      {
        why: "is a client's default",
        use: () => {
          registry.setClient("web", [], ["a"]);
          return NO_USES;
        },
        told: "a default",
      },
    ])("are kept where one $why, unless it is forced", ({ use, told, clients }) => {
      prepare();
      const uses = use();
      for (const actor of [billing, ADMIN]) {
        const refusal = refusedBy(() => plan(actor, uses));
        const metadata = { scopes: "a", ...(clients !== undefined && { clients }) };
        expect({ reason: refusal.reason, metadata: refusal.metadata }).toEqual({ reason: "SCOPE_IN_USE", metadata });
        expect(refusal.message).toContain(`a: ${told}`);
        expect(refusal.message).toContain(`${act} with force`);
        expect(plan(actor, uses, true)).toMatchObject({
          answer: { usages: [{ name: "a", inUse: true }, { inUse: false }] },
        });
      }
    });

    it("may be asked about without being touched", () => {
      prepare();
      const retirement = { names: ["a"], force: false, validateOnly: true };
      const rule = act === "disable" ? planDisabling : planDeletion;
      const ask = (uses: UsesByName) => rule(registry.state, billing, retirement, uses, nextStamp(registry.state));
      expect(ask(NO_USES).answer).toMatchObject({ usages: [{ name: "a" }], revision: registry.state.revision });
      expect(refusedBy(() => ask(USED)).reason).toBe("SCOPE_IN_USE");
    });
  });

  it("are a default of all, until they are disabled", () => {
    registry.register(billing, [define("b", { isDefault: true })]);
    expect(refusedBy(() => registry.disable(billing, ["b"], NO_USES)).reason).toBe("SCOPE_IN_USE");
    registry.disable(billing, ["b"]);
    registry.delete(billing, ["b"], NO_USES);
  });

  it("are not refused where they are disabled already", () => {
    registry.disable(billing, ["a"]);
    expect(registry.disable(ADMIN, ["a"], USED).scopes).toMatchObject([{ disabledByAdmin: true }]);
  });
});
