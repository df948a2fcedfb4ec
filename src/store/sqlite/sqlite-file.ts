import type { DatabaseSync } from "node:sqlite";
import { StoreUnavailableError } from "../store-errors.ts";

const SQLITE_CONSTRAINT_UNIQUE = 2_067;

/** The open file: what is done with it, and what becomes of SQLite's errors. */
export class SqliteFile {
  readonly database: DatabaseSync;
  readonly #closing = new AbortController();
  /** Set while writing fails. */
  #writeFailed = false;

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** Aborts when the file is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Does something with the file. `doing` completes the sentence "SQLite is unavailable while …".
   *
   * @throws {StoreUnavailableError} for every failure of SQLite, and once the file is closed
   */
  run<T>(doing: string, operation: () => T): T {
    if (this.closed.aborted) {
      throw new StoreUnavailableError("The store is closed");
    }
    try {
      return operation();
    } catch (error) {
      if (isSqliteError(error)) {
        throw new StoreUnavailableError(`SQLite is unavailable while ${doing}`, { cause: error });
      }
      throw error;
    }
  }

  /** Writes in one transaction, all of it or nothing: what throws leaves nothing, unless it has an unknown outcome. */
  transact<T>(doing: string, write: () => T): T {
    return this.run(doing, () => {
      this.#writeFailed = true;
      this.database.exec("BEGIN IMMEDIATE");
      let result: T;
      try {
        result = write();
      } catch (error) {
        this.#rollBack();
        this.#writeFailed = isSqliteError(error);
        throw error;
      }
      this.#finish(doing);
      this.#writeFailed = false;
      return result;
    });
  }

  /** Tries out whether the file can be written. It has no other writer: that is done only while there is a doubt. */
  proveWritable(write: () => void): void {
    if (!this.#writeFailed) return;
    write();
    this.#writeFailed = false;
  }

  close(): void {
    if (this.closed.aborted) return;
    this.#closing.abort();
    this.database.close();
  }

  #finish(doing: string): void {
    try {
      this.database.exec("COMMIT");
    } catch (cause) {
      // A transaction that can be rolled back was not stored. Else its pages may have reached the disk.
      const outcome = this.#rollBack() ? "none" : "unknown";
      throw new StoreUnavailableError(`SQLite is unavailable while ${doing}`, { outcome, cause });
    }
  }

  #rollBack(): boolean {
    // SQLite itself rolls back on some errors, a full disk for one.
    const isOpen = this.database.isTransaction;
    if (isOpen) {
      this.database.exec("ROLLBACK");
    }
    return isOpen;
  }
}

/** Whether a row was refused since one of its unique values is there already. */
export function isDuplicate(error: unknown): boolean {
  return isSqliteError(error) && error.errcode === SQLITE_CONSTRAINT_UNIQUE;
}

function isSqliteError(error: unknown): error is Error & { errcode: number } {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}
