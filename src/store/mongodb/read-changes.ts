import { type Abortable, BSON, type ClientSession, type FindCursor } from "mongodb";
import type { LogEntry } from "../scope-log.ts";
import { HistoryGoneError } from "../store-errors.ts";
import type { Collections } from "./collections.ts";
import { decodeEntry, type EntryDocument } from "./documents/entry-document.ts";
import { readHead } from "./read-head.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DOING = "reading the log";

/** Entries and, read after them, whose registry the database holds. */
export interface ReadEntries {
  readonly entries: readonly LogEntry[];
  readonly registryId: string;
}

/**
 * Entries above `after`, in order: see `ScopeLog.read`. They are on a majority of the members, so none is ever taken back.
 * With a session, everything that the session has seen is among them.
 */
export async function readChanges(
  collections: Collections,
  after: number,
  limit: number,
  { maxBytes = Number.POSITIVE_INFINITY, ...options }: { maxBytes?: number; session?: ClientSession } & Abortable = {},
): Promise<ReadEntries> {
  const query = { ...options, sort: { _id: 1 }, limit, batchSize: limit } as const;
  const cursor = collections.changes.find({ _id: { $gt: after } }, query);
  const read = await readUpTo(collections, maxBytes, cursor, options.session);
  const [first] = read.entries;
  if (first !== undefined && first.revision !== after + 1) {
    throw new HistoryGoneError(`The log begins at revision ${first.revision}, after ${after + 1}: load a snapshot`);
  }
  return read;
}

/**
 * As many entries as come to so many bytes, and at least one if there is any.
 *
 * @throws {ImportPendingError} if they may be of an import that is under way
 */
export async function readUpTo(
  collections: Collections,
  maxBytes: number,
  cursor: FindCursor<EntryDocument>,
  session?: ClientSession,
): Promise<ReadEntries> {
  const documents = await withinStoreTimeout(DOING, () => upTo(maxBytes, cursor));
  const { registryId } = await withinStoreTimeout(DOING, () => readHead(collections, session && { session }));
  return { entries: documents.map(decodeEntry), registryId };
}

async function upTo(maxBytes: number, cursor: FindCursor<EntryDocument>): Promise<readonly EntryDocument[]> {
  if (maxBytes === Number.POSITIVE_INFINITY) return cursor.toArray();
  const documents: EntryDocument[] = [];
  let bytes = 0;
  for await (const document of cursor) {
    documents.push(document);
    bytes += BSON.calculateObjectSize(document);
    if (bytes >= maxBytes) break;
  }
  return documents;
}
