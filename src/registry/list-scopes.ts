import {
  checkLimit,
  MAX_NAMES,
  MAX_PARTY_LENGTH,
  MAX_RESOURCE_LENGTH,
  MAX_SCOPE_NAME_LENGTH,
  type ScopeRecord,
  type ScopeStateName,
  type Violation,
} from "@scope-registry/client/judging";
import type { PageQuery } from "./governance/governance.ts";
import { checkPageSize, pageOf } from "./governance/page.ts";
import { invalidRequest } from "./invalid-request.ts";
import { estimateScopeBytes } from "./record-size.ts";
import type { RegistryState } from "./registry-state.ts";
import { lowerBound } from "./sorted-names.ts";

/** Which scopes to list: the meaning of the wire's `ListScopesRequest`. */
export interface ScopeQuery extends PageQuery {
  readonly owner: string;
  readonly resource: string;
  readonly namePrefix: string;
  readonly names: readonly string[];
  /** UNRECOGNIZED: a value that the contract does not know. */
  readonly states: readonly (ScopeStateName | "UNRECOGNIZED")[];
  readonly defaultsOnly: boolean;
}

/** A page of scopes. */
export interface ScopePage {
  readonly scopes: readonly ScopeRecord[];
  /** Empty: this is the last page. */
  readonly nextPageToken: string;
  /** How many scopes pass the filters, on all pages. */
  readonly totalSize: number;
  readonly revision: number;
}

/**
 * One page of the scopes that pass a query's filters, ordered by name.
 *
 * @throws {RegistryError} INVALID_REQUEST, INVALID_PAGE_TOKEN
 */
export function listScopes(state: RegistryState, query: ScopeQuery): ScopePage {
  checkQuery(query);
  const candidates = candidateNames(state, query);
  const names = filtersRecords(query) ? candidates.filter((name) => passes(state.scope(name), query)) : candidates;
  const { items, nextPageToken } = pageOf({
    names,
    itemOf: (name) => state.scope(name) as ScopeRecord,
    sizeOf: estimateScopeBytes,
    filters: [query.owner, query.resource, query.namePrefix, query.names, query.states, query.defaultsOnly],
    query,
  });
  return { scopes: items, nextPageToken, totalSize: names.length, revision: state.revision };
}

/** The names among which to look, in order: by the filters that need no look at a record. */
function candidateNames(state: RegistryState, { names, owner, namePrefix }: ScopeQuery): readonly string[] {
  if (names.length > 0) {
    return [...new Set(names)]
      .filter((name) => name.startsWith(namePrefix) && (owner === "" || state.scope(name)?.owner === owner))
      .filter((name) => state.scope(name) !== undefined)
      .sort();
  }
  const ordered = state.namesOf(owner === "" ? undefined : owner);
  if (namePrefix === "") return ordered;
  // Names end at 0x7E, so that a prefix followed by a higher character stands behind all that begin with it.
  return ordered.slice(lowerBound(ordered, namePrefix), lowerBound(ordered, `${namePrefix}\x7f`));
}

function filtersRecords({ resource, states, defaultsOnly }: ScopeQuery): boolean {
  return resource !== "" || states.length > 0 || defaultsOnly;
}

function passes(scope: ScopeRecord | undefined, { resource, states, defaultsOnly }: ScopeQuery): boolean {
  return (
    scope !== undefined &&
    (resource === "" || scope.resources.includes(resource)) &&
    (states.length === 0 || states.includes(scope.state)) &&
    (!defaultsOnly || scope.isDefault)
  );
}

function checkQuery(query: ScopeQuery): void {
  const violations: Violation[] = [];
  checkLimit(violations, "owner", query.owner.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, "resource", query.resource.length, MAX_RESOURCE_LENGTH, "characters");
  checkLimit(violations, "name_prefix", query.namePrefix.length, MAX_SCOPE_NAME_LENGTH, "characters");
  checkLimit(violations, "names", query.names.length, MAX_NAMES, "names");
  query.states.forEach((state, at) => {
    if (state !== "UNRECOGNIZED") return;
    violations.push({
      field: `states[${at}]`,
      description: "State is unknown: give ACTIVE, DEPRECATED, DISABLED or PENDING",
    });
  });
  checkPageSize(violations, query.pageSize);
  if (violations.length > 0) throw invalidRequest(violations);
}
