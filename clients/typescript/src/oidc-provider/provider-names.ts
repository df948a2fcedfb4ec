import type { Configuration } from "oidc-provider";
import { isInForce, parseTemplate } from "../judging/index.ts";
import type { ScopeReplica } from "../replica/scope-replica.ts";

/** The scopes that the provider has without the registry, if its configuration does not say (OpenID Connect Core §11). */
const USUAL_SCOPES = ["openid", "offline_access"];

/** Which names mean what to the provider. */
export interface ProviderNames {
  /** Whether a scope is the provider's own, such as `openid`: it is not judged, whoever has registered its name. */
  isOwn(scope: string): boolean;
  /** Whether a resource may be asked for: a scope is tied to it, in any state, or the operator names it. */
  isResource(uri: string): boolean;
  /** Whether tokens for a resource may have a scope: it is tied to that resource, or to none. */
  reaches(scope: string, resource: string): boolean;
  /** The name that a scope has now, where it is asked for by an alias. Those of the provider itself are never others. */
  nameOf(scope: string): string;
  /**
   * The provider's own scopes and those of the registry that may be shown: valid, and not unlisted. Without templates, which
   * nobody can ask for by their own names. In order.
   */
  listed(): readonly string[];
}

/** The scopes that are the provider's own by its configuration: `scopes`, and those that claims are defined for. */
export function ownScopesOf({ scopes = USUAL_SCOPES, claims = {} }: Configuration): ReadonlySet<string> {
  const withClaims = Object.entries(claims).filter(([, definition]) => definition !== null);
  return new Set(["openid", ...scopes, ...withClaims.map(([name]) => name)]);
}

/** Makes the names. What is gathered from all scopes is kept until the replica has another revision. */
export function createProviderNames(
  replica: ScopeReplica,
  own: ReadonlySet<string>,
  moreResources: readonly string[],
): ProviderNames {
  const resources = perRevision(replica, () => {
    const uris = new Set(moreResources);
    for (const scope of replica.scopes()) for (const uri of scope.resources) uris.add(uri);
    return uris;
  });
  const listed = perRevision(replica, () => {
    const names = new Set(own);
    for (const scope of replica.scopes()) {
      if (!scope.unlisted && isInForce(scope) && parseTemplate(scope.name) === undefined) names.add(scope.name);
    }
    return [...names].sort();
  });
  return {
    isOwn: (scope) => own.has(scope),
    isResource: (uri) => resources().has(uri),
    reaches(scope, resource) {
      const tied = replica.resolve(scope)?.scope.resources ?? [];
      return tied.length === 0 || tied.includes(resource);
    },
    nameOf(scope) {
      const name = own.has(scope) ? scope : (replica.resolve(scope)?.name ?? scope);
      return own.has(name) ? scope : name;
    },
    listed,
  };
}

function perRevision<T>(replica: ScopeReplica, gather: () => T): () => T {
  let kept: { readonly revision: number; readonly registryId: string; readonly value: T } | undefined;
  return () => {
    const { revision, registryId } = replica;
    if (kept?.revision !== revision || kept.registryId !== registryId) kept = { revision, registryId, value: gather() };
    return kept.value;
  };
}
