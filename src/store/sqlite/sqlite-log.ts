/** The log embedded in the registry's process: one file in the data folder, for one process, without a database server. */
import { EventEmitter, once } from "node:events";
import type { LogImports } from "../log-imports.ts";
import type { LogQuery } from "../log-query.ts";
import type { LogEntry, LogSnapshot, ScopeLog } from "../scope-log.ts";
import { HistoryGoneError, RevisionTakenError, StoreUnavailableError } from "../store-errors.ts";
import type { UsageStore } from "../usage-store.ts";
import { createEntryTable } from "./entry-table.ts";
import { openDatabase } from "./open-database.ts";
import { createRecordTable } from "./record-table.ts";
import { createRegistryTable, type RegistryRow } from "./registry-row.ts";
import { searchRevisions } from "./search-revisions.ts";
import { isDuplicate, SqliteFile } from "./sqlite-file.ts";
import { anotherRegistry, createSqliteImports, giveUpAbandonedImport, type ImportTables } from "./sqlite-imports.ts";
import { createSqliteUsage } from "./sqlite-usage.ts";

const BATCH_SIZE = 1_000;
const READING_HEAD = "reading the head of the log";

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
  const file = new SqliteFile(openDatabase(directory));
  try {
    return new SqliteLog(file, directory);
  } catch (error) {
    file.close();
    throw error;
  }
}

class SqliteLog implements ScopeLog {
  readonly description: string;
  readonly imports: LogImports;
  readonly usage: UsageStore;
  readonly #file: SqliteFile;
  readonly #tables: ImportTables;
  /** Something was written that those who follow must look at. */
  readonly #writes = new EventEmitter<{ write: [] }>().setMaxListeners(0);
  #registryId: string;

  constructor(file: SqliteFile, directory: string) {
    const { database } = file;
    const usage = createSqliteUsage(file);
    this.#file = file;
    this.#tables = {
      registry: createRegistryTable(database),
      entries: createEntryTable(database),
      records: createRecordTable(database),
      usage,
    };
    this.usage = usage;
    this.imports = createSqliteImports(file, this.#tables, () => this.#writes.emit("write"));
    // Who began an import was the process before, and it is gone.
    giveUpAbandonedImport(file, this.#tables, 0);
    this.#registryId = this.#tables.registry.read().registryId;
    const { version } = database.prepare("SELECT sqlite_version() AS version").get() as { version: string };
    this.description = `SQLite ${version} in ${directory}`;
  }

  get registryId(): string {
    return this.#registryId;
  }

  async load(): Promise<LogSnapshot> {
    return this.#file.run("loading the records", () => {
      const { registryId, revision } = this.#readable();
      return {
        revision,
        records: this.#tables.records.readAll(),
        head: async () => this.#file.run(READING_HEAD, () => this.#headOf(registryId)),
        adopt: () => {
          this.#registryId = registryId;
        },
      };
    });
  }

  async head(): Promise<number> {
    return this.#file.run(READING_HEAD, () => this.#headOf(this.#registryId));
  }

  async proveHead(): Promise<number> {
    return this.#file.run(READING_HEAD, () => {
      giveUpAbandonedImport(this.#file, this.#tables);
      const head = this.#headOf(this.#registryId);
      this.#file.proveWritable(() => this.#tables.registry.setRevision(head));
      return head;
    });
  }

  async commit(entries: readonly LogEntry[]): Promise<void> {
    this.#file.transact("committing", () => this.#write(entries));
    this.#writes.emit("write");
  }

  async read(after: number, limit: number, maxBytes?: number): Promise<readonly LogEntry[]> {
    return this.#read(after, limit, maxBytes);
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[]> {
    const ended = AbortSignal.any([signal, this.#file.closed]);
    let last = after;
    while (!ended.aborted) {
      this.#file.run(READING_HEAD, () => this.#headOf(this.#registryId));
      const entries = this.#read(last, BATCH_SIZE);
      last = entries.at(-1)?.revision ?? last;
      if (entries.length > 0) {
        yield entries;
      } else {
        // Rejects when `ended` aborts, which the loop sees by itself.
        await once(this.#writes, "write", { signal: ended }).catch(() => {});
      }
    }
  }

  async search(query: LogQuery, limit: number, maxBytes: number): Promise<readonly LogEntry[]> {
    return this.#file.run("searching the log", () => {
      this.#readable();
      return this.#tables.entries.read(searchRevisions(this.#file.database, query, limit), maxBytes);
    });
  }

  async close(): Promise<void> {
    this.#file.close();
  }

  #readable(): RegistryRow {
    const row = this.#tables.registry.read();
    if (row.importing !== undefined) {
      throw new StoreUnavailableError("An import into this folder is under way: wait until it is complete");
    }
    return row;
  }

  #headOf(registryId: string): number {
    const row = this.#readable();
    if (row.registryId !== registryId) throw anotherRegistry();
    return row.revision;
  }

  #read(after: number, limit: number, maxBytes = Number.POSITIVE_INFINITY): LogEntry[] {
    return this.#file.run("reading the log", () => {
      this.#readable();
      const { entries } = this.#tables;
      const found = entries.read(entries.revisionsAfter(after, limit), maxBytes);
      const [first] = found;
      if (first !== undefined && first.revision !== after + 1) {
        throw new HistoryGoneError(`The log begins at revision ${first.revision}, after ${after + 1}: load a snapshot`);
      }
      return found;
    });
  }

  #write(entries: readonly LogEntry[]): void {
    const head = this.#headOf(this.#registryId);
    if (entries[0]?.revision !== head + 1) {
      throw new RevisionTakenError(`The log's head is revision ${head}: read on to there and plan again`);
    }
    for (const entry of entries) {
      this.#insert(entry);
      this.#tables.records.apply(entry);
    }
    this.#tables.registry.setRevision(head + entries.length);
  }

  #insert(entry: LogEntry): void {
    try {
      this.#tables.entries.insert(entry);
    } catch (error) {
      throw isDuplicate(error)
        ? new Error("The log holds one of these requests already: give each an id of its own", { cause: error })
        : error;
    }
  }
}
