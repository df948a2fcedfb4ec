/** The messages of WatchScopes and the registry's own types, into each other. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ScopeChange, WatchScopesRequest, WatchScopesResponse } from "@scope-registry/client/messages";
import type { WatchEvent, WatchedChange } from "../registry/watch-event.ts";
import type { WatchQuery } from "../registry/watch-query.ts";
import { oncePer } from "./once-per.ts";
import { fromScope } from "./wire-messages.ts";

/** Where to follow the registry from, out of its message. */
export function toWatchQuery(message: WatchScopesRequest): WatchQuery {
  return {
    sinceRevision: Number(message.sinceRevision),
    registryId: message.registryId,
    owner: message.owner,
    resource: message.resource,
  };
}

/** An event as its message; the same one for the same event, which many readers share. */
export const fromWatchEvent: (event: WatchEvent) => WatchScopesResponse = oncePer(toMessage);

function toMessage(event: WatchEvent): WatchScopesResponse {
  const revision = BigInt(event.revision);
  switch (event.type) {
    case "snapshot": {
      const { scopes, complete } = event;
      const value = { $typeName: SNAPSHOT, scopes: scopes.map(fromScope), complete, revision } as const;
      return { $typeName: RESPONSE, registryId: event.registryId, event: { case: "snapshot", value } };
    }
    case "change": {
      const { changes, continued } = event;
      const time = timestampFromMs(event.time);
      const value = { $typeName: CHANGE, revision, time, changes: changes.map(fromChange), continued } as const;
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

function fromChange({ name, before, after }: WatchedChange): ScopeChange {
  return {
    $typeName: "scoperegistry.v1.ScopeChange",
    name,
    ...(before && { before: fromScope(before) }),
    ...(after && { after: fromScope(after) }),
  };
}
