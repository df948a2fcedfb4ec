/** The messages of WatchScopes and the registry's own types, into each other. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ClientPolicyChange, WatchScopesRequest, WatchScopesResponse } from "@scope-registry/client/messages";
import type { WatchEvent, WatchedClientChange } from "../../registry/watch-event.ts";
import type { WatchQuery } from "../../registry/watch-query.ts";
import { oncePer } from "../once-per.ts";
import { fromScopeChange } from "./change-messages.ts";
import { fromClient } from "./client-messages.ts";
import { fromScope } from "./scope-messages.ts";

/** Where to follow the registry from, out of its message. */
export function toWatchQuery(message: WatchScopesRequest): WatchQuery {
  return {
    sinceRevision: Number(message.sinceRevision),
    registryId: message.registryId,
    owner: message.owner,
    resource: message.resource,
    includeClientPolicies: message.includeClientPolicies,
  };
}

/** An event as its message; the same one for the same event, which many readers share. */
export const fromWatchEvent: (event: WatchEvent) => WatchScopesResponse = oncePer(toMessage);

function toMessage(event: WatchEvent): WatchScopesResponse {
  const revision = BigInt(event.revision);
  switch (event.type) {
    case "snapshot": {
      const { scopes, clients, complete } = event;
      const records = { scopes: scopes.map(fromScope), clientPolicies: clients.map(fromClient) };
      const value = { $typeName: SNAPSHOT, ...records, complete, revision } as const;
      return { $typeName: RESPONSE, registryId: event.registryId, event: { case: "snapshot", value } };
    }
    case "change": {
      const { changes, clientChanges, continued } = event;
      const time = timestampFromMs(event.time);
      const told = { changes: changes.map(fromScopeChange), clientPolicyChanges: clientChanges.map(fromClientChange) };
      const value = { $typeName: CHANGE, revision, time, ...told, continued } as const;
      return { $typeName: RESPONSE, registryId: "", event: { case: "change", value } };
    }
    case "bookmark": {
      const time = event.time === undefined ? undefined : timestampFromMs(event.time);
      const value = { $typeName: BOOKMARK, revision, ...(time && { time }) } as const;
      return { $typeName: RESPONSE, registryId: event.registryId, event: { case: "bookmark", value } };
    }
  }
}

const RESPONSE = "scoperegistry.v1.WatchScopesResponse";
const SNAPSHOT = "scoperegistry.v1.WatchScopesResponse.Snapshot";
const CHANGE = "scoperegistry.v1.WatchScopesResponse.Change";
const BOOKMARK = "scoperegistry.v1.WatchScopesResponse.Bookmark";

function fromClientChange({ clientId, after }: WatchedClientChange): ClientPolicyChange {
  return { $typeName: "scoperegistry.v1.ClientPolicyChange", clientId, ...(after && { after: fromClient(after) }) };
}
