import { isInForce } from "@scope-registry/client/judging";
import type { RegistryState } from "./registry-state.ts";
import type { RegistryView } from "./registry-view.ts";

/** Who introspects, and how much of a token they may see. */
export interface Introspector {
  readonly owner: string;
  /** Whether scopes and tokens of every resource server may be seen. */
  readonly maySeeAll: boolean;
}

/** What a resource server is shown of a token's scopes. */
export interface NarrowedScopes {
  readonly scopes: readonly string[];
  /** Those that nobody has registered. */
  readonly unregistered: readonly string[];
}

/**
 * What an introspector sees of a token's scopes (RFC 7662 §2.2 lets the server limit them): the registered ones that are
 * not disabled or pending and that are its own, or all of them. Where a token carries an alias, the scope's name is shown beside
 * it: the token was issued before the scope was renamed, and the resource server asks for the new name, or still for the old.
 */
export function narrowScopes(
  registry: Pick<RegistryState, "scopes">,
  scopes: readonly string[],
  introspector: Introspector,
): NarrowedScopes {
  const shown = new Set<string>();
  const unregistered: string[] = [];
  for (const name of new Set(scopes)) {
    const resolved = registry.scopes.resolve(name);
    if (resolved === undefined) unregistered.push(name);
    else if (!isInForce(resolved.scope)) continue;
    else if (introspector.maySeeAll || resolved.scope.owner === introspector.owner) shown.add(name).add(resolved.name);
  }
  return { scopes: [...shown], unregistered };
}

/**
 * Whether a token is meant for others only: each of its audiences is a resource that another resource server holds. The
 * introspector is then not told of it (RFC 7662 §4).
 */
export function isForOthersOnly(view: RegistryView, audiences: readonly string[], introspector: Introspector): boolean {
  if (introspector.maySeeAll || audiences.length === 0) return false;
  return audiences.every((audience) => {
    const holder = view.holderOf(audience);
    return holder !== undefined && holder !== introspector.owner;
  });
}
