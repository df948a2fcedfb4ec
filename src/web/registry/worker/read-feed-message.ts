/** The messages of the feed, as the worker takes them in. */
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type FeedScope, readScope } from "./read-scope.ts";

/** A part of the state that a feed begins with. */
export interface SnapshotPart {
  readonly case: "snapshot";
  /** By name, over all parts. */
  readonly scopes: readonly FeedScope[];
  /** Whether it is the last one. */
  readonly complete: boolean;
  readonly revision: number;
}

/** A revision's changes, or a part of them. */
export interface ChangePart {
  readonly case: "change";
  readonly revision: number;
  /** Without `after`: the scope has been deleted. */
  readonly changes: readonly { readonly name: string; readonly after: FeedScope | undefined }[];
  /** Whether more of the revision follows. */
  readonly continued: boolean;
}

/** A sign of life. */
export interface Bookmark {
  readonly case: "bookmark";
  readonly revision: number;
  /** See `WatchScopesResponse.Bookmark.time`, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number | undefined;
}

/** A `WatchScopesResponse`. */
export interface FeedMessage {
  readonly registryId: string;
  /** Undefined: one that this version does not know. */
  readonly event: SnapshotPart | ChangePart | Bookmark | undefined;
}

/** Decodes a `WatchScopesResponse`. @throws {Error} if the bytes are none */
export function readFeedMessage(bytes: Uint8Array): FeedMessage {
  const reader = new BinaryReader(bytes);
  const message: { registryId: string; event: FeedMessage["event"] } = { registryId: "", event: undefined };
  readFields(reader, reader.len, {
    1: () => {
      message.event = readSnapshot(reader);
    },
    2: () => {
      message.event = readChange(reader);
    },
    3: () => {
      message.event = readBookmark(reader);
    },
    4: () => {
      message.registryId = reader.string();
    },
  });
  return message;
}

function readSnapshot(reader: BinaryReader): SnapshotPart {
  const scopes: FeedScope[] = [];
  const part = { case: "snapshot" as const, scopes, complete: false, revision: 0 };
  readFields(reader, endOf(reader), {
    1: () => scopes.push(readScope(reader)),
    2: () => {
      part.complete = reader.bool();
    },
    3: () => {
      part.revision = Number(reader.uint64());
    },
  });
  return part;
}

function readChange(reader: BinaryReader): ChangePart {
  const changes: { name: string; after: FeedScope | undefined }[] = [];
  const part = { case: "change" as const, revision: 0, changes, continued: false };
  readFields(reader, endOf(reader), {
    1: () => {
      part.revision = Number(reader.uint64());
    },
    3: () => changes.push(readScopeChange(reader)),
    4: () => {
      part.continued = reader.bool();
    },
  });
  return part;
}

function readScopeChange(reader: BinaryReader) {
  const change: { name: string; after: FeedScope | undefined } = { name: "", after: undefined };
  readFields(reader, endOf(reader), {
    1: () => {
      change.name = reader.string();
    },
    3: () => {
      change.after = readScope(reader);
    },
  });
  return change;
}

function readBookmark(reader: BinaryReader): Bookmark {
  const bookmark: { case: "bookmark"; revision: number; time: number | undefined } = {
    case: "bookmark",
    revision: 0,
    time: undefined,
  };
  readFields(reader, endOf(reader), {
    1: () => {
      bookmark.revision = Number(reader.uint64());
    },
    2: () => {
      bookmark.time = readTime(reader);
    },
  });
  return bookmark;
}

function readTime(reader: BinaryReader): number {
  let time = 0;
  readFields(reader, endOf(reader), {
    1: () => {
      time += Number(reader.int64()) * 1_000;
    },
    2: () => {
      time += reader.int32() / 1e6;
    },
  });
  return time;
}

function endOf(reader: BinaryReader): number {
  return reader.uint32() + reader.pos;
}

/** Reads a message's fields, up to its end; those that nobody reads are passed over. */
function readFields(reader: BinaryReader, end: number, fields: Readonly<Record<number, () => unknown>>): void {
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wireType, field);
    else read();
  }
}
