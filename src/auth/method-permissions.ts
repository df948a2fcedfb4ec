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
 * @throws {RegistryError} SCOPE_MISSING, with the name of the scope in metadata `scope`; NOT_IMPLEMENTED for a method that
 *   is not part of the contract.
 */
export function requirePermission(caller: Caller, method: string, scopeNames: RegistryScopeNames): void {
  const needed = METHOD_PERMISSIONS.get(method);
  if (needed === undefined) {
    throw new RegistryError("NOT_IMPLEMENTED", `There is no method ${method}: look at the contract`);
  }
  const scope = scopeNames[needed.permission];
  if (caller.scopes.has(scope) || (needed.ownerMayAct && caller.scopes.has(scopeNames.register))) {
    return;
  }
  const orOwner = needed.ownerMayAct ? `, or "${scopeNames.register}" for the caller's own scopes` : "";
  throw new RegistryError("SCOPE_MISSING", `The call needs a token with the scope "${scope}"${orOwner}`, {
    metadata: { scope, method },
  });
}

function needs(permission: Permission, method: string): [string, MethodPermission] {
  return [`scoperegistry.v1.${method}`, { permission, ownerMayAct: false }];
}

function needsAdminOrOwner(method: string): [string, MethodPermission] {
  return [`scoperegistry.v1.${method}`, { permission: "admin", ownerMayAct: true }];
}
