import type { ScopeRecord } from "./scope-record.ts";

/** More than this are made distinct by a set. */
const FEW = 32;

/**
 * The `aud` of a token (RFC 9068 §3): the resources of what is granted, each once, in code point order. URIs are ASCII
 * (RFC 3986 §2), so that it is the order of their UTF-16.
 *
 * @param requested the resources of the request (RFC 8707 §2): only these count; empty: all do
 */
export function audiencesOf(
  granted: readonly Pick<ScopeRecord, "resources">[],
  requested: readonly string[],
): readonly string[] {
  const found: string[] = [];
  let last: readonly string[] | undefined;
  for (let at = 0; at < granted.length; at++) {
    const { resources } = granted[at] as Pick<ScopeRecord, "resources">;
    // Scopes of one API share the list.
    if (resources === last) continue;
    last = resources;
    for (const uri of resources) {
      if (requested.length > 0 && !requested.includes(uri)) continue;
      if (found.length > FEW || !found.includes(uri)) found.push(uri);
    }
  }
  if (found.length <= 1) return found;
  if (found.length === 2) return (found[0] as string) < (found[1] as string) ? found : found.reverse();
  return found.length <= FEW ? found.sort() : [...new Set(found)].sort();
}
