import {
  checkLimit,
  MAX_PARTY_LENGTH,
  MAX_RESOURCE_LENGTH,
  type ScopeRecord,
  type Violation,
} from "@scope-registry/client/judging";
import { invalidRequest } from "./invalid-request.ts";
import { MAX_REGISTRY_ID_LENGTH } from "./limits.ts";
import { RegistryError } from "./registry-error.ts";
import type { ChangeEvent, RevisionEvents, SnapshotEvent } from "./watch-event.ts";

/** Where to follow the registry from, and what of it: the meaning of the wire's `WatchScopesRequest`. */
export interface WatchQuery {
  readonly sinceRevision: number;
  readonly registryId: string;
  readonly owner: string;
  readonly resource: string;
  readonly includeClientPolicies: boolean;
}

/** Who follows the registry. */
export interface Reader {
  /** For the bounds on how many may. */
  readonly name: string;
  /** Whether its token has the scope that lets it be sent client policies. */
  readonly mayReadClientPolicies: boolean;
}

/**
 * Checks a query's sizes.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkWatchQuery({ owner, resource, registryId }: WatchQuery): void {
  const violations: Violation[] = [];
  checkLimit(violations, "registry_id", registryId.length, MAX_REGISTRY_ID_LENGTH, "characters");
  checkLimit(violations, "owner", owner.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, "resource", resource.length, MAX_RESOURCE_LENGTH, "characters");
  if (violations.length > 0) throw invalidRequest(violations);
}

/**
 * Refuses a query for what its reader may not be sent.
 *
 * @param scope what the reader's token would have to have
 * @throws {RegistryError} SCOPE_MISSING
 */
export function authorizeWatch({ includeClientPolicies }: WatchQuery, reader: Reader, scope: string): void {
  if (!includeClientPolicies || reader.mayReadClientPolicies) return;
  throw new RegistryError(
    "SCOPE_MISSING",
    `Client policies are sent for a token with the scope "${scope}" only: get one, or leave include_client_policies out`,
    { metadata: { scope } },
  );
}

/** What passes the filters, which are of scopes, of a part of a snapshot. Only parts that bring nothing are left out. */
export function filterSnapshot(part: SnapshotEvent, query: WatchQuery): readonly SnapshotEvent[] {
  if (hasNoFilter(query)) return [part];
  const scopes = part.scopes.filter((scope) => passes(scope, query));
  return scopes.length > 0 || part.clients.length > 0 || part.complete ? [{ ...part, scopes }] : [];
}

/** What passes the filters of a revision's changes: a scope that leaves them goes, one that comes into them is new. */
export function filterChanges({ withClients, scopesOnly }: RevisionEvents, query: WatchQuery): readonly ChangeEvent[] {
  const parts = query.includeClientPolicies ? withClients : scopesOnly;
  if (hasNoFilter(query)) return parts;
  const filtered = parts.map((part) => ({ ...part, changes: part.changes.flatMap(passingSides) }));
  const left = filtered.filter(({ changes, clientChanges }) => changes.length > 0 || clientChanges.length > 0);
  return left.map((part, at) => ({ ...part, continued: at < left.length - 1 }));

  function passingSides({ name, before, after }: ChangeEvent["changes"][number]) {
    const sides = { name, before: passing(before), after: passing(after) };
    return sides.before === undefined && sides.after === undefined ? [] : [sides];
  }

  function passing(scope: ScopeRecord | undefined): ScopeRecord | undefined {
    return scope !== undefined && passes(scope, query) ? scope : undefined;
  }
}

function hasNoFilter({ owner, resource }: WatchQuery): boolean {
  return owner === "" && resource === "";
}

function passes(scope: ScopeRecord, { owner, resource }: WatchQuery): boolean {
  return (owner === "" || scope.owner === owner) && (resource === "" || scope.resources.includes(resource));
}
