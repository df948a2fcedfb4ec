import {
  type ChangeStreamDeleteDocument,
  type ChangeStreamInsertDocument,
  type ClientSession,
  MongoError,
  type Timestamp,
} from "mongodb";
import type { LogEntry } from "../scope-log.ts";
import { StoreUnavailableError } from "../store-errors.ts";
import type { Collections } from "./collections.ts";
import { CHANGES_UNREAD, decodeUnreadEntry, type UnreadEntryDocument } from "./documents/entry-document.ts";
import { readChanges } from "./read-changes.ts";
import { anotherRegistry, readHead, revisionIn } from "./read-head.ts";
import { toUnavailable, withinStoreTimeout } from "./store-deadline.ts";

const DOING = "following the log";
const BATCH_SIZE = 1_000;

/**
 * Entries above `after` as they are committed: see `ScopeLog.follow`.
 *
 * First a point in the cluster's time is fixed, then the log is read at least up to it, then the change stream is followed
 * from it on. Entries that come both ways are dropped, and what the stream leaves out is read from the log.
 */
export async function* followChanges(
  collections: Collections,
  registryId: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEntry[]> {
  let last = after;
  const isFresh = ({ revision }: LogEntry) => revision > last;
  async function* readOn(session?: ClientSession): AsyncGenerator<readonly LogEntry[]> {
    for (let more = true; more; ) {
      const options = { signal, ...(session && { session }) };
      const { entries, registryId: found } = await readChanges(collections, last, BATCH_SIZE, options);
      if (found !== registryId) throw anotherRegistry();
      last = entries.at(-1)?.revision ?? last;
      more = entries.length === BATCH_SIZE;
      if (entries.length > 0) {
        yield entries;
      }
    }
  }

  try {
    const session = collections.db.client.startSession({ causalConsistency: true });
    let since: Timestamp;
    try {
      since = await readStart(collections, registryId, session);
      yield* readOn(session);
    } finally {
      void session.endSession().catch(() => {});
    }
    for await (const events of streamChanges(collections, since, signal)) {
      if (events.some((event) => !isCommit(event))) await proveRegistry(collections, registryId);
      const fresh = events
        .filter(isCommit)
        .map(({ fullDocument }) => decodeUnreadEntry(fullDocument))
        .filter(isFresh);
      if (fresh.some((entry, index) => entry.revision !== last + 1 + index)) {
        yield* readOn();
      } else if (fresh.length > 0) {
        last += fresh.length;
        yield fresh;
      }
    }
  } catch (error) {
    if (signal.aborted) {
      return;
    }
    throw error instanceof MongoError ? toUnavailable(DOING, error) : error;
  }
}

/** A point in the cluster's time that is in the history of this registry. */
async function readStart(collections: Collections, registryId: string, session: ClientSession): Promise<Timestamp> {
  await proveRegistry(collections, registryId, session);
  if (session.operationTime === undefined) {
    throw new StoreUnavailableError("MongoDB does not tell its time: see that it is a replica set");
  }
  return session.operationTime;
}

/** Throws if the database does not hold this registry any more. */
async function proveRegistry(collections: Collections, registryId: string, session?: ClientSession): Promise<void> {
  revisionIn(registryId, await withinStoreTimeout(DOING, () => readHead(collections, session && { session })));
}

type InsertEvent = ChangeStreamInsertDocument<UnreadEntryDocument>;
type LogEvent = InsertEvent | ChangeStreamDeleteDocument<UnreadEntryDocument>;

/** What becomes of the log from a point in time on. A plain cursor, as it hands over what has come in one batch. */
async function* streamChanges(
  { changes }: Collections,
  since: Timestamp,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEvent[]> {
  const stream = changes.aggregate<LogEvent>(
    [{ $changeStream: { startAtOperationTime: since } }, { $match: { operationType: { $in: ["insert", "delete"] } } }],
    // What this process has committed itself comes back to it, and nobody reads that.
    { batchSize: BATCH_SIZE, ...CHANGES_UNREAD },
  );
  // The driver would wait for the server's answer before it heeds a signal.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    while (await Promise.race([stream.hasNext(), aborted])) {
      yield stream.readBufferedDocuments();
    }
  } finally {
    signal.removeEventListener("abort", abort);
    void stream.close().catch(() => {});
  }
  throw new StoreUnavailableError("MongoDB ended the change stream: follow the log again");
}

/** An import deletes the entries that are there, and inserts those of another history. */
function isCommit(event: LogEvent): event is InsertEvent {
  return event.operationType === "insert" && event.fullDocument.import_id === undefined;
}
