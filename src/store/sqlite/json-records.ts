/** Entries and records as JSON text. JSON leaves out what is undefined; here it is put back. */
import type { ScopeRecord } from "@scope-registry/client/judging";
import type { KindedRecord, LogEntry, RecordChange, RecordKind, ResourceServerRecord } from "../scope-log.ts";

/** The text that an entry is kept as. */
export function entryToJson(entry: LogEntry): string {
  return JSON.stringify(entry);
}

/** The entry that a text stands for. */
export function entryFromJson(json: string): LogEntry {
  const entry = JSON.parse(json) as LogEntry;
  return { ...entry, changes: entry.changes.map(completeChange) };
}

/** The record of a kind that a text stands for. */
export function recordFromJson(kind: RecordKind, json: string): KindedRecord {
  switch (kind) {
    case "scope":
      return { kind, record: completeScope(JSON.parse(json) as ScopeRecord) };
    case "resourceServer":
      return { kind, record: JSON.parse(json) as ResourceServerRecord };
  }
}

function completeChange(change: RecordChange): RecordChange {
  switch (change.kind) {
    case "scope":
      return {
        ...change,
        before: change.before && completeScope(change.before),
        after: change.after && completeScope(change.after),
      };
    case "resourceServer":
      return { ...change, before: change.before, after: change.after };
  }
}

function completeScope(scope: ScopeRecord): ScopeRecord {
  return { ...scope, sunsetTime: scope.sunsetTime };
}
