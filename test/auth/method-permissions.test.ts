import { describe, expect, it } from "vitest";
import { RegistryAdmin } from "../../clients/typescript/src/gen/scoperegistry/v1/registry_admin_pb.ts";
import { ScopeRegistry } from "../../clients/typescript/src/gen/scoperegistry/v1/scope_registry_pb.ts";
import { METHOD_PERMISSIONS, requirePermission } from "../../src/auth/method-permissions.ts";

const SCOPE_NAMES = {
  register: "r.register",
  registerDefault: "r.register_default",
  read: "r.read",
  validate: "r.validate",
  introspect: "r.introspect",
  introspectAll: "r.introspect_all",
  admin: "r.admin",
};

function callerWith(...scopes: string[]) {
  return { clientId: "c", owner: "c", issuer: "https://as.example", scopes: new Set(scopes) };
}

function allowed(method: string, ...scopes: string[]): boolean {
  try {
    requirePermission(callerWith(...scopes), method, SCOPE_NAMES);
    return true;
  } catch {
    return false;
  }
}

describe("the table of permissions", () => {
  it("has every method of the contract, and no other one", () => {
    const methods = [ScopeRegistry, RegistryAdmin].flatMap((service) =>
      service.methods.map((method) => `${service.typeName}.${method.name}`),
    );
    expect([...METHOD_PERMISSIONS.keys()].sort()).toEqual(methods.sort());
  });

  it("lets each method be called with exactly the scopes that it needs", () => {
    for (const [method, { permission, ownerMayAct }] of METHOD_PERMISSIONS) {
      const sufficient = Object.values(SCOPE_NAMES).filter((scope) => allowed(method, scope));
      const expected = ownerMayAct ? [SCOPE_NAMES.register, SCOPE_NAMES.admin] : [SCOPE_NAMES[permission]];
      expect(sufficient, method).toEqual(expected);
      expect(allowed(method), method).toBe(false);
    }
  });

  it("lets an owner act where the contract says so", () => {
    const ownersToo = [...METHOD_PERMISSIONS].filter(([, { ownerMayAct }]) => ownerMayAct).map(([method]) => method);
    expect(ownersToo.map((method) => method.split(".").at(-1))).toEqual([
      "GetResourceServer",
      "GrantScopes",
      "RevokeScopes",
      "DisableScopes",
      "EnableScopes",
      "DeleteScopes",
      "ListReservedNames",
      "ListScopeUsages",
      "TransferScopes",
      "ListChanges",
    ]);
  });
});

describe("requirePermission", () => {
  it("names the scope that is missing", () => {
    const call = () =>
      requirePermission(callerWith("r.read"), "scoperegistry.v1.ScopeRegistry.RegisterScopes", SCOPE_NAMES);
    expect(call).toThrow(
      expect.objectContaining({
        reason: "SCOPE_MISSING",
        message: 'The call needs a token with the scope "r.register"',
        metadata: expect.objectContaining({ scope: "r.register" }),
      }),
    );
  });

  describe("by dot-dynamic-scopes", () => {
    const REGISTER = "scoperegistry.v1.ScopeRegistry.RegisterScopes";
    const names = { ...SCOPE_NAMES, dotDynamicScopes: "register-scope" };
    const call =
      (scope: string, method = REGISTER, protocol = "dot-dynamic-scopes", given = names) =>
      () =>
        requirePermission(callerWith(scope), method, given, protocol);

    it("takes that protocol's scope or the usual one, and no other", () => {
      const sufficient = Object.values(names).filter((scope) => {
        try {
          call(scope)();
          return true;
        } catch {
          return false;
        }
      });
      expect(sufficient).toEqual(["r.register", "register-scope"]);
      expect(call("r.admin")).toThrow('The call needs a token with the scope "register-scope", or "r.register"');
      const same = { ...names, dotDynamicScopes: "r.register" };
      expect(call("r.admin", REGISTER, "dot-dynamic-scopes", same)).toThrow(/with the scope "r\.register"$/);
    });

    it("takes that protocol's scope for nothing else", () => {
      for (const method of METHOD_PERMISSIONS.keys()) {
        expect(call("register-scope", method, "connect")).toThrow();
        if (method !== REGISTER) expect(call("register-scope", method)).toThrow();
      }
    });
  });

  it("lets nobody call a method that is not in the table", () => {
    const call = () =>
      requirePermission(callerWith(...Object.values(SCOPE_NAMES)), "scoperegistry.v1.X.Y", SCOPE_NAMES);
    expect(call).toThrow(expect.objectContaining({ reason: "NOT_IMPLEMENTED" }));
  });
});
