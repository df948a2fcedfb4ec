import type { DatabaseSync } from "node:sqlite";
import { type KindedRecord, type LogEntry, RECORD_KINDS } from "../scope-log.ts";
import { recordFromJson } from "./json-records.ts";

const BATCH_SIZE = 1_000;

/** The records, as the entries have left them. */
export interface RecordTable {
  /** Brings the records to what an entry says. */
  apply(entry: LogEntry): void;
  /** All records as they are now, in batches. */
  readAll(): AsyncIterable<readonly KindedRecord[]>;
  clear(): void;
}

/** Gives access to the table `records`. */
export function createRecordTable(database: DatabaseSync): RecordTable {
  const select = database.prepare("SELECT record FROM records WHERE kind = ?");
  const put = database.prepare("INSERT OR REPLACE INTO records (kind, name, record) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM records WHERE kind = ? AND name = ?");
  return {
    apply(entry) {
      for (const { kind, name, after } of entry.changes) {
        if (after === undefined) remove.run(kind, name);
        else put.run(kind, name, JSON.stringify(after));
      }
    },
    readAll() {
      // Read at one go, as later commits would show in a statement that is still under way.
      const texts = RECORD_KINDS.map((kind) => ({ kind, rows: select.all(kind) as { record: string }[] }));
      return parseRecords(texts);
    },
    clear: () => database.exec("DELETE FROM records"),
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
