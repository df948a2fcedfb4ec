import type { DatabaseSync } from "node:sqlite";
import { resourceServersOf } from "../log-query.ts";
import type { LogEntry } from "../scope-log.ts";
import { entryFromJson, entryToJson } from "./json-records.ts";

/** The entries of the log, and what they are found by. */
export interface EntryTable {
  /** Adds an entry. */
  insert(entry: LogEntry): void;
  /** Adds changes to the entry of this revision; false: it is of another request. */
  extend(rest: LogEntry): boolean;
  /** As many of the entries of these revisions as come to so many bytes, and at least one if there is any. */
  read(revisions: Iterable<number>, maxBytes: number): LogEntry[];
  /** The revisions above `after`, in order, at most `limit`. */
  revisionsAfter(after: number, limit: number): Iterable<number>;
  clear(): void;
}

/** Gives access to the tables `changes`, `acts` and `subjects`. */
export function createEntryTable(database: DatabaseSync): EntryTable {
  const select = database.prepare("SELECT entry FROM changes WHERE revision = ?");
  const selectAfter = database.prepare("SELECT revision FROM changes WHERE revision > ? ORDER BY revision LIMIT ?");
  const insert = database.prepare("INSERT INTO changes (revision, request_id, entry) VALUES (?, ?, ?)");
  const replace = database.prepare("UPDATE changes SET entry = ? WHERE revision = ?");
  const insertAct = database.prepare("INSERT INTO acts (revision, time, actor, kind) VALUES (?, ?, ?, ?)");
  const insertSubject = database.prepare("INSERT OR IGNORE INTO subjects (kind, name, revision) VALUES (?, ?, ?)");
  const entryAt = (revision: number) => (select.get(revision) as { entry: string } | undefined)?.entry;
  const insertSubjects = (entry: LogEntry) => {
    for (const server of resourceServersOf(entry)) insertSubject.run("resourceServer", server, entry.revision);
    for (const { kind, name } of entry.changes) {
      if (kind === "scope" || kind === "reservedName") insertSubject.run("scope", name, entry.revision);
      else if (kind === "client") insertSubject.run("client", name, entry.revision);
    }
  };
  return {
    insert(entry) {
      insert.run(entry.revision, entry.requestId, entryToJson(entry));
      insertAct.run(entry.revision, entry.time, entry.actor, entry.kind);
      insertSubjects(entry);
    },
    extend(rest) {
      const text = entryAt(rest.revision);
      const entry = text === undefined ? undefined : entryFromJson(text);
      if (entry?.requestId !== rest.requestId) return false;
      replace.run(entryToJson({ ...entry, changes: [...entry.changes, ...rest.changes] }), rest.revision);
      insertSubjects(rest);
      return true;
    },
    read(revisions, maxBytes) {
      const entries: LogEntry[] = [];
      let bytes = 0;
      for (const revision of revisions) {
        const text = entryAt(revision);
        if (text === undefined) continue;
        entries.push(entryFromJson(text));
        bytes += Buffer.byteLength(text);
        if (bytes >= maxBytes) break;
      }
      return entries;
    },
    revisionsAfter: (after, limit) =>
      (selectAfter.all(after, limit) as { revision: number }[]).map(({ revision }) => revision),
    clear: () => database.exec("DELETE FROM changes; DELETE FROM acts; DELETE FROM subjects"),
  };
}
