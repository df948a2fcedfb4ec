import type { Abortable, ClientSession } from "mongodb";
import type { LogEntry } from "../scope-log.ts";
import { HistoryGoneError } from "../store-errors.ts";
import type { Collections } from "./collections.ts";
import { decodeEntry } from "./documents.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

/**
 * Entries above `after`, in order: see `ScopeLog.read`. They are on a majority of the members, so none is ever taken back.
 * With a session, everything that the session has seen is among them.
 */
export async function readChanges(
  { changes }: Collections,
  after: number,
  limit: number,
  options: { session?: ClientSession } & Abortable = {},
): Promise<readonly LogEntry[]> {
  const documents = await withinStoreTimeout("reading the log", () =>
    changes.find({ _id: { $gt: after } }, { ...options, sort: { _id: 1 }, limit, batchSize: limit }).toArray(),
  );
  const [first] = documents;
  if (first !== undefined && first._id !== after + 1) {
    throw new HistoryGoneError(`The log begins at revision ${first._id}, after ${after + 1}: load a snapshot`);
  }
  return documents.map(decodeEntry);
}
