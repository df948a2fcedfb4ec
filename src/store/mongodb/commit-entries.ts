import {
  type AnyBulkWriteOperation,
  type ClientSession,
  Long,
  type MongoClient,
  MongoError,
  MongoNetworkError,
} from "mongodb";
import { type KindedRecord, type LogEntry, RECORD_KINDS, type RecordChange, type RecordKind } from "../scope-log.ts";
import { HistoryGoneError, RevisionTakenError, STORE_TIMEOUT_MS, StoreUnavailableError } from "../store-errors.ts";
import { killAbandonedTransactions } from "./abandoned-transactions.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { encodeEntry, encodeRecord, type RecordDocument } from "./documents.ts";
import { anotherRegistry } from "./read-head.ts";
import { type Deadline, startDeadline, toUnavailable } from "./store-deadline.ts";

const DOING = "committing";
const DUPLICATE_KEY = 11_000;
const WRITE_CONFLICT = 112;

/** After how many milliseconds of write conflicts with the log unmoved a transaction of a dead process is looked for. */
const SUSPECT_AFTER_MS = 500;

/** A fault of the caller: trying again cannot help. */
class DuplicateRequestError extends Error {
  override readonly name = "DuplicateRequestError";
}

/**
 * Appends entries in one transaction: see `ScopeLog.commit`.
 *
 * A write conflict alone does not tell that the revision is taken, for the other transaction may yet be given up. So the
 * transaction is tried again until the log has moved, or the time is up.
 */
export async function commitEntries(
  client: MongoClient,
  collections: Collections,
  entries: readonly LogEntry[],
  registryId: string,
): Promise<void> {
  const deadline = startDeadline();
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return await attemptCommit(client, collections, entries, registryId, deadline);
    } catch (error) {
      if (
        error instanceof RevisionTakenError ||
        error instanceof HistoryGoneError ||
        error instanceof StoreUnavailableError ||
        error instanceof DuplicateRequestError
      ) {
        throw error;
      }
      if (!mayTryAgain(error) || deadline.remainingMs() <= pauseMs) {
        throw toUnavailable(DOING, error);
      }
      if (isWriteConflict(error) && deadline.remainingMs() < STORE_TIMEOUT_MS - SUSPECT_AFTER_MS) {
        // Where that is not to be had, MongoDB's own limit for transactions has to do.
        await deadline.within(killAbandonedTransactions(client)).catch(() => {});
      }
      await deadline.pause(pauseMs * (0.5 + Math.random()));
    }
  }
}

/** One transaction. Any error but a StoreUnavailableError means: nothing is stored. */
async function attemptCommit(
  client: MongoClient,
  collections: Collections,
  entries: readonly LogEntry[],
  registryId: string,
  deadline: Deadline,
): Promise<void> {
  const session = client.startSession();
  // What the session is busy with. It is ended only afterwards, since a session runs one operation at a time.
  let pending: Promise<unknown> = Promise.resolve();
  const step = <T>(operation: Promise<T>): Promise<T> => {
    pending = operation;
    return deadline.within(operation);
  };
  try {
    session.startTransaction({
      readConcern: { level: "snapshot" },
      writeConcern: { w: "majority", j: true, wtimeoutMS: STORE_TIMEOUT_MS },
      readPreference: "primary",
    });
    await writeEntries(collections, entries, registryId, session, step);
    await finishCommit(session, deadline, step);
  } finally {
    // Not awaited: a transaction that is not committed is only cleared away by this.
    void pending
      .catch(() => {})
      .then(() => session.endSession())
      .catch(() => {});
  }
}

type Step = <T>(operation: Promise<T>) => Promise<T>;

async function writeEntries(
  { registry, changes, records }: Collections,
  entries: readonly LogEntry[],
  registryId: string,
  session: ClientSession,
  step: Step,
): Promise<void> {
  const head = (entries[0]?.revision ?? 1) - 1;
  const taken = `The log's head is not revision ${head}: read on from there and plan again`;
  const { matchedCount } = await step(
    registry.updateOne(
      { _id: REGISTRY_ID, registry_id: registryId, revision: Long.fromNumber(head) },
      { $set: { revision: Long.fromNumber(head + entries.length) } },
      { session },
    ),
  );
  if (matchedCount === 0) {
    const found = await step(registry.findOne({ _id: REGISTRY_ID }, { session }));
    throw found === null || found.registry_id === registryId ? new RevisionTakenError(taken) : anotherRegistry();
  }
  try {
    await step(changes.insertMany(entries.map(encodeEntry), { session }));
  } catch (error) {
    if (!(error instanceof MongoError) || error.code !== DUPLICATE_KEY) {
      throw error;
    }
    const requests = entries.map((entry) => entry.requestId);
    const isKnown = (await step(changes.countDocuments({ request_id: { $in: requests } }, { limit: 1 }))) > 0;
    throw isKnown
      ? new DuplicateRequestError("The log holds one of these requests already: give each an id of its own", {
          cause: error,
        })
      : new RevisionTakenError(taken, { cause: error });
  }
  for (const kind of RECORD_KINDS) {
    const writes = recordWrites(kind, entries);
    if (writes.length > 0) {
      await step(records[kind].bulkWrite(writes, { session, ordered: false }));
    }
  }
}

/** What brings the records of a kind to the state after the last entry: one write for each record that changed. */
function recordWrites(kind: RecordKind, entries: readonly LogEntry[]): AnyBulkWriteOperation<RecordDocument>[] {
  const writes = new Map<string, AnyBulkWriteOperation<RecordDocument>>();
  for (const change of entries.flatMap((entry) => entry.changes)) {
    if (change.kind === kind) {
      writes.set(change.name, recordWrite(change));
    }
  }
  return [...writes.values()];
}

function recordWrite({ kind, name, after }: RecordChange): AnyBulkWriteOperation<RecordDocument> {
  const filter = { _id: name };
  if (after === undefined) {
    return { deleteOne: { filter } };
  }
  const replacement = encodeRecord({ kind, record: after } as KindedRecord);
  return { replaceOne: { filter, replacement, upsert: true } };
}

/** Ends a transaction whose outcome decides over the entries; it is asked again while the answer is unknown. */
async function finishCommit(session: ClientSession, deadline: Deadline, step: Step): Promise<void> {
  for (;;) {
    try {
      return await step(session.commitTransaction());
    } catch (error) {
      // The server's word that the transaction is gone without a trace.
      if (error instanceof MongoError && error.hasErrorLabel("TransientTransactionError")) {
        throw error;
      }
      if (!isUnknownResult(error) || deadline.remainingMs() <= 0) {
        const message = "MongoDB did not say whether the commit was stored: look for its requests in the log";
        throw new StoreUnavailableError(message, { outcome: "unknown", cause: error });
      }
      await deadline.pause(20);
    }
  }
}

function mayTryAgain(error: unknown): boolean {
  return isNetworkFailure(error) || (error instanceof MongoError && error.hasErrorLabel("TransientTransactionError"));
}

function isUnknownResult(error: unknown): boolean {
  return (
    isNetworkFailure(error) || (error instanceof MongoError && error.hasErrorLabel("UnknownTransactionCommitResult"))
  );
}

/** Also what the driver lets through of a broken socket as it is. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof MongoNetworkError || (error instanceof Error && "code" in error && error.code === "EPIPE");
}

function isWriteConflict(error: unknown): boolean {
  return error instanceof MongoError && error.code === WRITE_CONFLICT;
}
