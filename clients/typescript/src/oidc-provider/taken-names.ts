import type { ScopeReplica } from "../replica/scope-replica.ts";

/** The scopes that OpenID Connect defines (Core §5.4 and §11), which no resource server can mean. */
const OPENID_CONNECT_SCOPES = new Set(["openid", "offline_access", "profile", "email", "address", "phone"]);

/**
 * Warns, once a name, of scopes that are the provider's own by its configuration and are registered as well: they go on
 * without a judgement, which nobody may have meant.
 */
export function warnOfTakenNames(replica: ScopeReplica, own: ReadonlySet<string>): void {
  const unwarned = new Set([...own].filter((name) => !OPENID_CONNECT_SCOPES.has(name)));
  const check = () => {
    for (const name of unwarned) {
      const scope = replica.get(name);
      if (scope === undefined) continue;
      unwarned.delete(name);
      process.emitWarning(
        `Scope ${name} of the provider's configuration is registered by ${scope.owner}, and is not judged: ` +
          "take it out of the configuration to have it judged",
        "OidcProviderScopesWarning",
      );
    }
  };
  check();
  replica.onChange(check);
}
