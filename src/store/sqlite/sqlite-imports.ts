import { randomUUID } from "node:crypto";
import {
  anotherEntry,
  IMPORT_BEGUN,
  progressWith,
  repeatedRequest,
  tornEntry,
  unknownImport,
} from "../import-progress.ts";
import { IMPORT_ABANDONED_AFTER_MS, type ImportPart, type LogImports } from "../log-imports.ts";
import { HistoryGoneError, ImportUnderWayError, RevisionTakenError } from "../store-errors.ts";
import type { EntryTable } from "./entry-table.ts";
import type { RecordTable } from "./record-table.ts";
import type { OpenImport, RegistryTable } from "./registry-row.ts";
import { isDuplicate, type SqliteFile } from "./sqlite-file.ts";

/** What an import writes to. */
export interface ImportTables {
  readonly registry: RegistryTable;
  readonly entries: EntryTable;
  readonly records: RecordTable;
  readonly usage: { clear(): void };
}

/**
 * Bringing another registry's log into a file: see `LogImports`.
 *
 * @param onChange called when an import has begun or is complete
 */
export function createSqliteImports(file: SqliteFile, tables: ImportTables, onChange: () => void): LogImports {
  const { registry } = tables;
  return {
    async begin(registryId, revision) {
      const importing = { id: randomUUID(), ...IMPORT_BEGUN, touchedAt: Date.now() };
      file.transact("beginning an import", () => {
        const found = registry.read();
        if (found.importing !== undefined && !isAbandoned(found.importing)) {
          throw new ImportUnderWayError(
            "Another import is under way: wait until it is complete or, if it was given up, for a minute",
          );
        }
        if (found.registryId !== registryId) throw anotherRegistry();
        if (found.revision !== revision) {
          throw new RevisionTakenError(`The log's head is revision ${found.revision}: read on to there and look again`);
        }
        clear(tables);
        registry.setImport(importing);
      });
      onChange();
      return importing.id;
    },
    async append(importId, part) {
      return file.transact("importing", () => {
        const { registryId, revision, importing } = registry.read();
        if (registryId === importId) return revision;
        if (importing?.id !== importId) throw unknownImport();
        const progress = progressWith(importing, part);
        if (progress === undefined) return importing.revision;
        write(tables, part, importing.continued);
        registry.setImport({ id: importId, ...progress, touchedAt: Date.now() });
        return progress.revision;
      });
    },
    async complete(importId) {
      file.transact("completing an import", () => {
        const { registryId, importing } = registry.read();
        if (registryId === importId) return;
        if (importing?.id !== importId) throw unknownImport();
        if (importing.continued) throw tornEntry(importing.revision);
        registry.replace(importId, importing.revision);
      });
      onChange();
      return importId;
    },
  };
}

/** The file holds another registry than the log has told of. */
export function anotherRegistry(): HistoryGoneError {
  return new HistoryGoneError("The file holds another registry than the one that was adopted: load it anew");
}

/**
 * Makes a new, empty registry where an import was abandoned; does nothing where none was.
 *
 * @param abandonedAfterMs how long no part has come for it, in milliseconds
 */
export function giveUpAbandonedImport(
  file: SqliteFile,
  tables: ImportTables,
  abandonedAfterMs: number = IMPORT_ABANDONED_AFTER_MS,
): void {
  const { importing } = tables.registry.read();
  if (importing === undefined || !isAbandoned(importing, abandonedAfterMs)) return;
  file.transact("giving up an import", () => {
    clear(tables);
    tables.registry.replace(randomUUID(), 0);
  });
}

function isAbandoned({ touchedAt }: OpenImport, afterMs: number = IMPORT_ABANDONED_AFTER_MS): boolean {
  return Date.now() - touchedAt >= afterMs;
}

function clear({ entries, records, usage }: ImportTables): void {
  entries.clear();
  records.clear();
  usage.clear();
}

function write({ entries, records }: ImportTables, part: ImportPart, goesOn: boolean): void {
  for (const [index, entry] of part.entries.entries()) {
    if (goesOn && index === 0) {
      if (!entries.extend(entry)) throw anotherEntry(entry.revision);
    } else {
      try {
        entries.insert(entry);
      } catch (error) {
        throw isDuplicate(error) ? repeatedRequest(part.part, error) : error;
      }
    }
    records.apply(entry);
  }
}
