import { describe, expect, it } from "vitest";
import { PROTOCOLS } from "../support/protocols.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer } from "../support/test-server.ts";

const SETTINGS = {
  SCOPE_REGISTER: "scopes/register",
  SCOPE_REGISTER_DEFAULT: "scopes/register-default",
  SCOPE_READ: "scopes/read",
  SCOPE_VALIDATE: "scopes/validate",
  SCOPE_INTROSPECT: "scopes/introspect",
  SCOPE_INTROSPECT_ALL: "scopes/introspect-all",
  SCOPE_ADMIN: "scopes/admin",
};

describe("a registry whose own scopes have other names", () => {
  it.each(PROTOCOLS)("asks for those, by $name", async (protocol) => {
    await using server = await startTestServer({ settings: SETTINGS });
    const scopes = [{ name: "invoices:read", description: "Read", isDefault: true }];
    const full = await server.as({ client: "billing-api", scopes: ["register", "registerDefault"] }, protocol);
    const plain = await server.as({ client: "billing-api", scopes: ["register"] }, protocol);
    const usual = "scope_registry.register scope_registry.read scope_registry.validate scope_registry.introspect";
    const old = await server.as({ client: "billing-api", claims: { scope: usual } }, protocol);

    for (const [call, scope] of [
      [() => old.registry.registerScopes({ scopes }), "scopes/register"],
      [() => plain.registry.registerScopes({ scopes }), "scopes/register-default"],
      [() => old.registry.listScopes({}), "scopes/read"],
      [() => old.registry.validateScopes({}), "scopes/validate"],
      [() => old.registry.introspect({ token: "x" }), "scopes/introspect"],
      [() => old.admin.listClientPolicies({}), "scopes/admin"],
    ] as const) {
      const refusal = await refusalOf(call());
      expect(refusal).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_MISSING", metadata: { scope } });
      expect(refusal.message).toContain(scope);
    }

    await full.registry.registerScopes({ scopes });
    const reader = await server.as({ scopes: ["read", "validate", "introspect", "introspectAll"] }, protocol);
    const { scopes: listed } = await reader.registry.listScopes({ namePrefix: "s" });
    expect(listed.map(({ name }) => name)).toEqual(Object.values(SETTINGS).sort());
    expect(await reader.registry.validateScopes({})).toMatchObject({ valid: true, grantedScopes: ["invoices:read"] });
    const token = await server.tokenFor({ claims: { scope: "invoices:read" } });
    expect(await reader.registry.introspect({ token })).toMatchObject({ active: true, scope: "invoices:read" });
    // The usual names mean nothing here, and are anybody's.
    const usualName = [{ name: "scope_registry.admin", description: "An ordinary scope here" }];
    await plain.registry.registerScopes({ scopes: usualName });
    expect(
      await refusalOf(plain.registry.registerScopes({ scopes: [{ ...usualName[0], name: "scopes/admin" }] })),
    ).toMatchObject({
      reason: "SCOPE_NOT_OWNED",
    });
  });
});
