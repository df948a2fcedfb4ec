/** How long a store tries one operation, retries included, before it says that it is unavailable, in milliseconds. */
export const STORE_TIMEOUT_MS = 5_000;

/** A commit lost the race for its revision: catch up with the log and plan again. */
export class RevisionTakenError extends Error {
  override readonly name = "RevisionTakenError";
}

/** The store cannot be reached, or does not answer in time. The cause is for the log and never for a caller. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
  /** `none`: nothing was done. `unknown`: a commit may or may not have been stored. */
  readonly outcome: "none" | "unknown";

  constructor(message: string, options: { outcome?: "none" | "unknown"; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.outcome = options.outcome ?? "none";
  }
}

/** The log no longer holds the entries asked for: load a snapshot. */
export class HistoryGoneError extends Error {
  override readonly name = "HistoryGoneError";
}

/** The store cannot be opened as it is configured. The message is one sentence that says what to do, without secrets. */
export class StoreSetupError extends Error {
  override readonly name = "StoreSetupError";
}

/** Another import is under way in the store. */
export class ImportUnderWayError extends Error {
  override readonly name = "ImportUnderWayError";
}

/** No such import is under way, or what has come of it does not fit together. The message says what to do. */
export class ImportUnknownError extends Error {
  override readonly name = "ImportUnknownError";
}
