import type { LogEntry } from "./scope-log.ts";

/** A part of a log that is brought in. */
export interface ImportPart {
  /** 0, 1, 2 … */
  readonly part: number;
  /** Entries in order, their revisions following those of the part before. */
  readonly entries: readonly LogEntry[];
  /**
   * Whether the last entry goes on in the next part, whose first entry has the same revision and the rest of its changes.
   */
  readonly continued: boolean;
}

/**
 * Brings another registry's log into the store, in the place of the one that is there. Until it is complete the store holds
 * no registry that can be read or written: other methods of the log throw StoreUnavailableError or HistoryGoneError
 * meanwhile, for every process, so that they go on with what they have in memory. An import that no part has come for in
 * {@link IMPORT_ABANDONED_AFTER_MS} is given up by whoever opens the store, proves its head or begins another: the
 * store is empty then.
 *
 * Whether what is there may go is for the caller to judge.
 */
export interface LogImports {
  /**
   * Empties the store and begins an import.
   *
   * @param registryId the identity of the history that may go
   * @returns its id
   * @throws {ImportUnderWayError} if another import is under way
   * @throws {HistoryGoneError} if the store holds another registry than that. Nothing is changed.
   * @throws {RevisionTakenError} if the log's head is not `revision`. Nothing is changed.
   */
  begin(registryId: string, revision: number): Promise<string>;

  /**
   * Adds a part. One that is there already is passed over, also once the import is complete.
   *
   * @returns the revision of the newest entry that is there
   * @throws {ImportUnknownError} if no such import is under way, a part before it is missing, or its entries do not follow
   *   those before
   */
  append(importId: string, part: ImportPart): Promise<number>;

  /**
   * Makes what has come the registry, at once, with a new identity. Afterwards the log, as it is open here, throws
   * HistoryGoneError until it is loaded anew. Completing it again does nothing.
   *
   * @returns the identity
   * @throws {ImportUnknownError} if no such import is under way, or its last entry is not whole
   */
  complete(importId: string): Promise<string>;
}

/** After how long without a part an import is given up, in milliseconds. */
export const IMPORT_ABANDONED_AFTER_MS = 60_000;
