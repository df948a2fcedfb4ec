/** Which scope each call needs: the one table of it. */
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { Caller } from "./caller.ts";

/** What a method needs. The names are keys of RegistryScopeNames. */
export type Permission = "register" | "read" | "validate" | "introspect" | "admin";

/** What one method needs of its caller's token. */
export interface MethodPermission {
  readonly permission: Permission;
  /**
   * Whether a caller with `register` in place of `admin` passes as well, because the method lets an owner act on its own.
   * What is its own is for the registry to judge.
   */
  readonly ownerMayAct: boolean;
}

/** Every method of the contract, by its full name. A method that is not in it can be called by nobody. */
export const METHOD_PERMISSIONS: ReadonlyMap<string, MethodPermission> = new Map([
  needs("register", "ScopeRegistry.RegisterScopes"),
  needs("read", "ScopeRegistry.ListScopes"),
  needs("validate", "ScopeRegistry.ValidateScopes"),
  needs("introspect", "ScopeRegistry.Introspect"),
  needs("read", "ScopeRegistry.WatchScopes"),
  needs("validate", "ScopeRegistry.ReportUsage"),
  needs("admin", "RegistryAdmin.SetResourceServer"),
  needsAdminOrOwner("RegistryAdmin.GetResourceServer"),
  needs("admin", "RegistryAdmin.ListResourceServers"),
  needs("admin", "RegistryAdmin.SetClientPolicy"),
  needs("admin", "RegistryAdmin.GetClientPolicy"),
  needs("admin", "RegistryAdmin.ListClientPolicies"),
  needs("admin", "RegistryAdmin.DeleteClientPolicy"),
  needsAdminOrOwner("RegistryAdmin.GrantScopes"),
  needsAdminOrOwner("RegistryAdmin.RevokeScopes"),
  needs("admin", "RegistryAdmin.ApproveScopes"),
  needs("admin", "RegistryAdmin.RefuseScopes"),
  needsAdminOrOwner("RegistryAdmin.DisableScopes"),
  needsAdminOrOwner("RegistryAdmin.EnableScopes"),
  needsAdminOrOwner("RegistryAdmin.DeleteScopes"),
  needs("admin", "RegistryAdmin.ReleaseNames"),
  needsAdminOrOwner("RegistryAdmin.ListReservedNames"),
  needsAdminOrOwner("RegistryAdmin.ListScopeUsages"),
  needsAdminOrOwner("RegistryAdmin.TransferScopes"),
  needsAdminOrOwner("RegistryAdmin.ListChanges"),
  needs("admin", "RegistryAdmin.GetRegistryPolicy"),
  needs("admin", "RegistryAdmin.SetRegistryPolicy"),
  needs("admin", "RegistryAdmin.ExportRegistry"),
  needs("admin", "RegistryAdmin.ImportRegistry"),
]);

/**
 * Refuses a caller whose token lacks what a method needs. `method` is the full name, for example
 * `scoperegistry.v1.ScopeRegistry.RegisterScopes`.
 *
 * @param protocol by which the method is called: by `dot-dynamic-scopes`, that protocol's own scope does for `register`
 * @throws {RegistryError} SCOPE_MISSING, with the name of the scope in metadata `scope`; NOT_IMPLEMENTED for a method that
 *   is not part of the contract.
 */
export function requirePermission(caller: Caller, method: string, scopeNames: RegistryScopeNames, protocol = ""): void {
  const needed = METHOD_PERMISSIONS.get(method);
  if (needed === undefined) {
    throw new RegistryError("NOT_IMPLEMENTED", `There is no method ${method}: look at the contract`);
  }
  const scope = scopeNames[needed.permission];
  const isOlder = needed.permission === "register" && protocol === "dot-dynamic-scopes";
  const olderScope = isOlder ? scopeNames.dotDynamicScopes : undefined;
  if (
    caller.scopes.has(scope) ||
    (needed.ownerMayAct && caller.scopes.has(scopeNames.register)) ||
    (olderScope !== undefined && caller.scopes.has(olderScope))
  ) {
    return;
  }
  if (olderScope !== undefined && olderScope !== scope) {
    throw scopeMissing(method, olderScope, `, or "${scope}"`);
  }
  const orOwner = needed.ownerMayAct ? `, or "${scopeNames.register}" for the caller's own scopes` : "";
  throw scopeMissing(method, scope, orOwner);
}

function scopeMissing(method: string, scope: string, orAnother: string): RegistryError {
  return new RegistryError("SCOPE_MISSING", `The call needs a token with the scope "${scope}"${orAnother}`, {
    metadata: { scope, method },
  });
}

function needs(permission: Permission, method: string): [string, MethodPermission] {
  return [`scoperegistry.v1.${method}`, { permission, ownerMayAct: false }];
}

function needsAdminOrOwner(method: string): [string, MethodPermission] {
  return [`scoperegistry.v1.${method}`, { permission: "admin", ownerMayAct: true }];
}
