/** What anybody may know of the registry: which scopes can be asked for, and for which resources. */
import { isInForce, parseTemplate, type ScopeRecord } from "@scope-registry/client/judging";
import type { RegistryState } from "./registry-state.ts";

/** A resource that a resource server has registered, as its metadata tells of it (RFC 9728 §2). */
export interface ListedResource {
  /** Its URI, as it was registered. */
  readonly resource: string;
  /** The name of its resource server, for people; empty: it has none. */
  readonly displayName: string;
  /** The {@link listedScopes} that are tied to it. */
  readonly scopes: readonly string[];
}

/**
 * The names of the scopes that public lists show, in order: in force and not unlisted, without templates, which nobody can ask for
 * by their own names. The same that `scopes_supported` of an authorization server with a replica has.
 */
export function listedScopes(state: RegistryState): readonly string[] {
  return state.namesOf().filter((name) => isListed(state.scope(name)));
}

/**
 * A resource by its URI, compared exactly, as tokens have it in `aud` and as RFC 9728 §3.3 has clients compare it; undefined: nobody
 * has registered it.
 */
export function listedResource(state: RegistryState, resource: string): ListedResource | undefined {
  const holder = state.resourceServer(state.holderOf(resource) ?? "");
  if (holder === undefined || !holder.resources.includes(resource)) return undefined;
  // A resource has one holder, and scopes of others are not tied to it.
  const scopes = state.scopesOf(holder.name).filter((scope) => scope.resources.includes(resource) && isListed(scope));
  return { resource, displayName: holder.displayName, scopes: scopes.map(({ name }) => name) };
}

function isListed(scope: ScopeRecord | undefined): boolean {
  return scope !== undefined && !scope.unlisted && isInForce(scope) && parseTemplate(scope.name) === undefined;
}
