import { type Scope, ScopeState } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";

/** What waits for a review, as it was read. */
export interface PendingScopes {
  readonly scopes: readonly Scope[];
  /** How many wait in all. */
  readonly total: number;
  /** The revision at which all of `scopes` were as they are here: what is approved at it is what was read. */
  readonly revision: bigint;
}

/** The most scopes that a page asks for. */
const MAX_PAGE_SIZE = 1_000;

/**
 * Reads what waits for a review.
 *
 * @param count how many scopes at the most
 */
export async function readPending(
  registry: Pick<Calls["registry"], "listScopes">,
  count: number,
  signal?: AbortSignal,
): Promise<PendingScopes> {
  const scopes: Scope[] = [];
  let revision: bigint | undefined;
  let total = 0;
  let pageToken = "";
  do {
    const pageSize = Math.min(count - scopes.length, MAX_PAGE_SIZE);
    const request = { states: [ScopeState.PENDING], pageSize, pageToken };
    const page = await registry.listScopes(request, { ...(signal && { signal }) });
    scopes.push(...page.scopes);
    // A scope of an early page may have changed when a later one was read.
    revision = revision === undefined || page.revision < revision ? page.revision : revision;
    total = page.totalSize;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && scopes.length < count);
  return { scopes, total, revision };
}
