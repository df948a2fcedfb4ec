import { type Abortable, BSON, type ClientSession, type FindCursor } from "mongodb";
import type { LogEntry } from "../scope-log.ts";
import { HistoryGoneError } from "../store-errors.ts";
import type { Collections } from "./collections.ts";
import { type ChangeDocument, decodeEntry } from "./documents.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

/**
 * Entries above `after`, in order: see `ScopeLog.read`. They are on a majority of the members, so none is ever taken back.
 * With a session, everything that the session has seen is among them.
 */
export async function readChanges(
  { changes }: Collections,
  after: number,
  limit: number,
  { maxBytes = Number.POSITIVE_INFINITY, ...options }: { maxBytes?: number; session?: ClientSession } & Abortable = {},
): Promise<readonly LogEntry[]> {
  const documents = await withinStoreTimeout("reading the log", () =>
    upTo(maxBytes, changes.find({ _id: { $gt: after } }, { ...options, sort: { _id: 1 }, limit, batchSize: limit })),
  );
  const [first] = documents;
  if (first !== undefined && first._id !== after + 1) {
    throw new HistoryGoneError(`The log begins at revision ${first._id}, after ${after + 1}: load a snapshot`);
  }
  return documents.map(decodeEntry);
}

/** As many documents as come to so many bytes, and at least one. */
async function upTo(maxBytes: number, cursor: FindCursor<ChangeDocument>): Promise<readonly ChangeDocument[]> {
  if (maxBytes === Number.POSITIVE_INFINITY) return cursor.toArray();
  const documents: ChangeDocument[] = [];
  let bytes = 0;
  for await (const document of cursor) {
    documents.push(document);
    bytes += BSON.calculateObjectSize(document);
    if (bytes >= maxBytes) break;
  }
  return documents;
}
