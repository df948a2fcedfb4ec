import { type ChangeStreamInsertDocument, type ClientSession, MongoError, type Timestamp } from "mongodb";
import type { LogEntry } from "../scope-log.ts";
import { StoreUnavailableError } from "../store-errors.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { type ChangeDocument, decodeEntry } from "./documents.ts";
import { readChanges } from "./read-changes.ts";
import { anotherRegistry } from "./read-head.ts";
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
  async function* readOn(session?: ClientSession): AsyncGenerator<readonly LogEntry[]> {
    for (let more = true; more; ) {
      const entries = await readChanges(collections, last, BATCH_SIZE, { signal, ...(session && { session }) });
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
      const start = await withinStoreTimeout(DOING, () => readStart(collections, session));
      if (start.registryId !== registryId) throw anotherRegistry();
      since = start.time;
      yield* readOn(session);
    } finally {
      void session.endSession().catch(() => {});
    }
    for await (const batch of streamChanges(collections, since, signal)) {
      const fresh = batch.filter((entry) => entry.revision > last);
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

/** A point in the cluster's time, and whose history it is in. */
async function readStart({ registry }: Collections, session: ClientSession) {
  const found = await registry.findOne({ _id: REGISTRY_ID }, { session });
  if (session.operationTime === undefined) {
    throw new StoreUnavailableError("MongoDB does not tell its time: see that it is a replica set");
  }
  return { time: session.operationTime, registryId: found?.registry_id };
}

/** The entries that are inserted from a point in time on. A plain cursor, as it hands over what has come in one batch. */
async function* streamChanges(
  { changes }: Collections,
  since: Timestamp,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEntry[]> {
  const stream = changes.aggregate<ChangeStreamInsertDocument<ChangeDocument>>(
    [{ $changeStream: { startAtOperationTime: since } }, { $match: { operationType: "insert" } }],
    { batchSize: BATCH_SIZE },
  );
  // The driver would wait for the server's answer before it heeds a signal.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    while (await Promise.race([stream.hasNext(), aborted])) {
      yield stream.readBufferedDocuments().map((event) => decodeEntry(event.fullDocument));
    }
  } finally {
    signal.removeEventListener("abort", abort);
    void stream.close().catch(() => {});
  }
  throw new StoreUnavailableError("MongoDB ended the change stream: follow the log again");
}
