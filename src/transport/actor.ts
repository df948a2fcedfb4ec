import type { Caller } from "../auth/caller.ts";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import type { Actor } from "../registry/governance/authority.ts";

/** A caller as the registry's rules know it. */
export function actorOf({ owner, scopes }: Caller, scopeNames: RegistryScopeNames): Actor {
  return {
    owner,
    isAdmin: scopes.has(scopeNames.admin),
    mayRegisterDefaults: scopes.has(scopeNames.registerDefault),
  };
}
