/** The messages of ListScopes and the registry's own types, into each other. */
import type { ListScopesRequest, ListScopesResponse } from "@scope-registry/client/messages";
import type { ScopePage, ScopeQuery } from "../../registry/list-scopes.ts";
import { fromScope, STATE_NAMES } from "./scope-messages.ts";

/** A query, out of its message. */
export function toScopeQuery(message: ListScopesRequest): ScopeQuery {
  return {
    owner: message.owner,
    resource: message.resource,
    namePrefix: message.namePrefix,
    names: message.names,
    states: message.states.map((state) => STATE_NAMES.get(state) ?? "UNRECOGNIZED"),
    defaultsOnly: message.defaultsOnly,
    pageSize: message.pageSize,
    pageToken: message.pageToken,
  };
}

/** A page as its message. */
export function fromScopePage({ scopes, nextPageToken, totalSize, revision }: ScopePage): ListScopesResponse {
  return {
    $typeName: "scoperegistry.v1.ListScopesResponse",
    scopes: scopes.map(fromScope),
    nextPageToken,
    totalSize,
    revision: BigInt(revision),
  };
}
