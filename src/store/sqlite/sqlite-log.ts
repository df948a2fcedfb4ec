/** The log embedded in the registry's process: one file in the data folder, for one process, without a database server. */
import { EventEmitter, once } from "node:events";
import type { DatabaseSync } from "node:sqlite";
import { type KindedRecord, type LogEntry, type LogSnapshot, RECORD_KINDS, type ScopeLog } from "../scope-log.ts";
import { HistoryGoneError, RevisionTakenError, StoreUnavailableError } from "../store-errors.ts";
import { entryFromJson, entryToJson, recordFromJson } from "./json-records.ts";
import { openDatabase } from "./open-database.ts";

const BATCH_SIZE = 1_000;
const SQLITE_CONSTRAINT_UNIQUE = 2_067;

/** Where the log is. */
export interface SqliteLogOptions {
  /** The data folder, which this process then has for itself; made if it does not exist. */
  readonly directory: string;
}

/**
 * Opens the log in a folder.
 *
 * @throws {StoreSetupError} if the folder cannot be written, or its file is in use, damaged or of a newer format.
 */
export async function openSqliteLog({ directory }: SqliteLogOptions): Promise<ScopeLog> {
  return new SqliteLog(openDatabase(directory), directory);
}

class SqliteLog implements ScopeLog {
  readonly registryId: string;
  readonly description: string;
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #closing = new AbortController();
  readonly #commits = new EventEmitter<{ commit: [] }>().setMaxListeners(0);
  /** Set while writing fails. */
  #writeFailed = false;

  constructor(database: DatabaseSync, directory: string) {
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.registryId = this.#registry().registry_id;
    const { version } = database.prepare("SELECT sqlite_version() AS version").get() as { version: string };
    this.description = `SQLite ${version} in ${directory}`;
  }

  async load(): Promise<LogSnapshot> {
    return this.#run("loading the records", () => {
      // Read at one go, as later commits would show in a statement that is still under way.
      const texts = RECORD_KINDS.map((kind) => ({
        kind,
        rows: this.#statements.records.all(kind) as { record: string }[],
      }));
      // The file belongs to this process: it holds no other registry than the one that it was opened with.
      return {
        revision: this.#registry().revision,
        records: parseRecords(texts),
        head: () => this.head(),
        adopt: () => undefined,
      };
    });
  }

  async head(): Promise<number> {
    return this.#run("reading the head of the log", () => this.#registry().revision);
  }

  async proveHead(): Promise<number> {
    return this.#run("reading the head of the log", () => {
      const head = this.#registry().revision;
      // The file has no other writer: it is tried out only while there is a doubt.
      if (this.#writeFailed) {
        this.#statements.setHead.run(head);
        this.#writeFailed = false;
      }
      return head;
    });
  }

  async commit(entries: readonly LogEntry[]): Promise<void> {
    this.#run("committing", () => {
      this.#writeFailed = true;
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        this.#write(entries);
      } catch (error) {
        this.#rollBack();
        const isDuplicate = isSqliteError(error) && error.errcode === SQLITE_CONSTRAINT_UNIQUE;
        this.#writeFailed = isSqliteError(error) && !isDuplicate;
        throw isDuplicate
          ? new Error("The log holds one of these requests already: give each an id of its own", {
              cause: error,
            })
          : error;
      }
      this.#finish();
      this.#writeFailed = false;
    });
    this.#commits.emit("commit");
  }

  async read(after: number, limit: number, maxBytes?: number): Promise<readonly LogEntry[]> {
    return this.#read(after, limit, maxBytes);
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[]> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    let last = after;
    while (!ended.aborted) {
      const entries = this.#read(last, BATCH_SIZE);
      last = entries.at(-1)?.revision ?? last;
      if (entries.length > 0) {
        yield entries;
      } else {
        // Rejects when `ended` aborts, which the loop sees by itself.
        await once(this.#commits, "commit", { signal: ended }).catch(() => {});
      }
    }
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      this.#database.close();
    }
  }

  #registry(): { registry_id: string; revision: number } {
    return this.#statements.registry.get() as { registry_id: string; revision: number };
  }

  #read(after: number, limit: number, maxBytes = Number.POSITIVE_INFINITY): LogEntry[] {
    return this.#run("reading the log", () => {
      const entries: LogEntry[] = [];
      let bytes = 0;
      for (const { entry } of this.#statements.changes.iterate(after, limit) as Iterable<{ entry: string }>) {
        entries.push(entryFromJson(entry));
        bytes += Buffer.byteLength(entry);
        if (bytes >= maxBytes) break;
      }
      const [first] = entries;
      if (first !== undefined && first.revision !== after + 1) {
        throw new HistoryGoneError(`The log begins at revision ${first.revision}, after ${after + 1}: load a snapshot`);
      }
      return entries;
    });
  }

  #write(entries: readonly LogEntry[]): void {
    const { insertChange, setHead, putRecord, deleteRecord } = this.#statements;
    const head = this.#registry().revision;
    if (entries[0]?.revision !== head + 1) {
      throw new RevisionTakenError(`The log's head is revision ${head}: read on to there and plan again`);
    }
    for (const entry of entries) {
      insertChange.run(entry.revision, entry.requestId, entryToJson(entry));
      for (const { kind, name, after } of entry.changes) {
        if (after === undefined) {
          deleteRecord.run(kind, name);
        } else {
          putRecord.run(kind, name, JSON.stringify(after));
        }
      }
    }
    setHead.run(head + entries.length);
  }

  #finish(): void {
    try {
      this.#database.exec("COMMIT");
    } catch (cause) {
      // A transaction that can be rolled back was not stored. Else its pages may have reached the disk.
      const outcome = this.#rollBack() ? "none" : "unknown";
      throw new StoreUnavailableError("SQLite is unavailable while committing", { outcome, cause });
    }
  }

  #rollBack(): boolean {
    // SQLite itself rolls back on some errors, a full disk for one.
    const isOpen = this.#database.isTransaction;
    if (isOpen) {
      this.#database.exec("ROLLBACK");
    }
    return isOpen;
  }

  #run<T>(doing: string, operation: () => T): T {
    if (this.#closing.signal.aborted) {
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
}

function prepareStatements(database: DatabaseSync) {
  return {
    registry: database.prepare("SELECT registry_id, revision FROM registry"),
    setHead: database.prepare("UPDATE registry SET revision = ?"),
    changes: database.prepare("SELECT entry FROM changes WHERE revision > ? ORDER BY revision LIMIT ?"),
    insertChange: database.prepare("INSERT INTO changes (revision, request_id, entry) VALUES (?, ?, ?)"),
    records: database.prepare("SELECT record FROM records WHERE kind = ?"),
    putRecord: database.prepare("INSERT OR REPLACE INTO records (kind, name, record) VALUES (?, ?, ?)"),
    deleteRecord: database.prepare("DELETE FROM records WHERE kind = ? AND name = ?"),
  };
}

async function* parseRecords(
  texts: readonly { kind: KindedRecord["kind"]; rows: readonly { record: string }[] }[],
): AsyncGenerator<readonly KindedRecord[]> {
  for (const { kind, rows } of texts) {
    for (let start = 0; start < rows.length; start += BATCH_SIZE) {
      yield rows.slice(start, start + BATCH_SIZE).map((row) => recordFromJson(kind, row.record));
    }
  }
}

function isSqliteError(error: unknown): error is Error & { errcode: number } {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}
