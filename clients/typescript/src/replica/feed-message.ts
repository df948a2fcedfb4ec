/** The messages of the feed, as the replica takes them in. */
import { fromBinary } from "@bufbuild/protobuf";
import { ClientPolicySchema } from "../gen/scoperegistry/v1/registry_admin_pb.ts";
import {
  type WatchScopesResponse_Bookmark as Bookmark,
  WatchScopesResponse_BookmarkSchema as BookmarkSchema,
  type WatchScopesResponse_Change as Change,
  WatchScopesResponse_ChangeSchema as ChangeSchema,
} from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import type { ClientRecord } from "../judging/client-record.ts";
import type { ScopeRecord } from "../judging/scope-record.ts";
import { clientFromMessage } from "./client-from-message.ts";
import { RecordReader } from "./record-reader.ts";
import { scopeFromBytes } from "./scope-from-bytes.ts";

export type { Change };

/** A part of the state that a feed begins with. */
export interface SnapshotPart {
  readonly scopes: readonly ScopeRecord[];
  readonly clients: readonly ClientRecord[];
  /** Whether it is the last one. */
  readonly complete: boolean;
  readonly revision: number;
}

/** A `WatchScopesResponse`, with records in place of a snapshot's messages. */
export interface FeedMessage {
  readonly registryId: string;
  /** Undefined: one that this version does not know. */
  readonly event:
    | { readonly case: "snapshot"; readonly value: SnapshotPart }
    | { readonly case: "change"; readonly value: Change }
    | { readonly case: "bookmark"; readonly value: Bookmark }
    | undefined;
}

/**
 * Decodes a `WatchScopesResponse`. The scopes of a snapshot are not decoded by the library, which takes most of a replica's start.
 *
 * @throws {Error} if the bytes are none
 */
export function decodeFeedMessage(bytes: Uint8Array): FeedMessage {
  const reader = new RecordReader(bytes);
  let registryId = "";
  let event: FeedMessage["event"];
  while (reader.pos < reader.len) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        event = { case: "snapshot", value: readSnapshotPart(reader) };
        break;
      case 2:
        event = { case: "change", value: fromBinary(ChangeSchema, reader.bytes()) };
        break;
      case 3:
        event = { case: "bookmark", value: fromBinary(BookmarkSchema, reader.bytes()) };
        break;
      case 4:
        registryId = reader.text();
        break;
      default:
        reader.pass(key);
    }
  }
  return { registryId, event };
}

function readSnapshotPart(reader: RecordReader): SnapshotPart {
  const scopes: ScopeRecord[] = [];
  const clients: ClientRecord[] = [];
  let complete = false;
  let revision = 0;
  for (const end = reader.end(); reader.pos < end; ) {
    const key = reader.key();
    switch (key >>> 3) {
      case 1:
        scopes.push(scopeFromBytes(reader, scopes.at(-1)));
        break;
      case 2:
        complete = reader.bool();
        break;
      case 3:
        revision = Number(reader.uint64());
        break;
      case 4:
        clients.push(clientFromMessage(fromBinary(ClientPolicySchema, reader.bytes())));
        break;
      default:
        reader.pass(key);
    }
  }
  return { scopes, clients, complete, revision };
}
