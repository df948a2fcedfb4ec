import { type ClientSession, type MongoClient, MongoError, MongoNetworkError } from "mongodb";
import {
  HistoryGoneError,
  ImportUnknownError,
  RevisionTakenError,
  STORE_TIMEOUT_MS,
  StoreUnavailableError,
} from "../store-errors.ts";
import { killAbandonedTransactions } from "./abandoned-transactions.ts";
import { type Deadline, startDeadline, toUnavailable } from "./store-deadline.ts";

const WRITE_CONFLICT = 112;

/** After how many milliseconds of write conflicts a transaction of a dead process is looked for. */
const SUSPECT_AFTER_MS = 500;

/** One attempt at a transaction. */
export interface Transaction {
  readonly session: ClientSession;
  /** The result of an operation in the session, unless time runs out first. One at a time. */
  step<T>(operation: Promise<T>): Promise<T>;
}

/** A fault of the caller: trying again cannot help. */
export class DuplicateRequestError extends Error {
  override readonly name = "DuplicateRequestError";
}

/** What the work of a transaction ends with by itself. */
const REFUSALS = [
  RevisionTakenError,
  HistoryGoneError,
  ImportUnknownError,
  StoreUnavailableError,
  DuplicateRequestError,
] as const;

/**
 * Does work in one transaction: all of it or nothing, on a majority and in the journal. The work may be done several times
 * over. Any error but a StoreUnavailableError with `outcome: "unknown"` means: nothing is stored.
 *
 * A write conflict alone does not tell that another one was faster, for the other transaction may yet be given up. So the
 * work is tried again until it ends by itself, or the time is up.
 */
export async function runTransaction<T>(
  client: MongoClient,
  doing: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline();
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return await attempt(client, deadline, work);
    } catch (error) {
      if (REFUSALS.some((refusal) => error instanceof refusal)) {
        throw error;
      }
      if (!mayTryAgain(error) || deadline.remainingMs() <= pauseMs) {
        throw toUnavailable(doing, error);
      }
      if (isWriteConflict(error) && deadline.remainingMs() < STORE_TIMEOUT_MS - SUSPECT_AFTER_MS) {
        // Where that is not to be had, MongoDB's own limit for transactions has to do.
        await deadline.within(killAbandonedTransactions(client)).catch(() => {});
      }
      await deadline.pause(pauseMs * (0.5 + Math.random()));
    }
  }
}

async function attempt<T>(
  client: MongoClient,
  deadline: Deadline,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const session = client.startSession();
  // What the session is busy with. It is ended only afterwards, since a session runs one operation at a time.
  let pending: Promise<unknown> = Promise.resolve();
  const step = <S>(operation: Promise<S>): Promise<S> => {
    pending = operation;
    return deadline.within(operation);
  };
  try {
    session.startTransaction({
      readConcern: { level: "snapshot" },
      writeConcern: { w: "majority", j: true, wtimeoutMS: STORE_TIMEOUT_MS },
      readPreference: "primary",
    });
    const result = await work({ session, step });
    await finish({ session, step }, deadline);
    return result;
  } finally {
    // Not awaited: a transaction that is not committed is only cleared away by this.
    void pending
      .catch(() => {})
      .then(() => session.endSession())
      .catch(() => {});
  }
}

/** Ends a transaction whose outcome decides; it is asked again while the answer is unknown. */
async function finish({ session, step }: Transaction, deadline: Deadline): Promise<void> {
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
