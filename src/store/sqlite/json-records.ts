/** Entries and records as JSON text. JSON leaves out what is undefined; here it is put back. */
import { EARLIER_RESOURCE_SERVER, EARLIER_SCOPE, earlierKind } from "../earlier-forms.ts";
import type { KindedRecord, LogEntry, RecordChange, RecordKind, RecordTypes } from "../scope-log.ts";

/** The text that an entry is kept as. */
export function entryToJson(entry: LogEntry): string {
  return JSON.stringify(entry);
}

/** The entry that a text stands for. */
export function entryFromJson(json: string): LogEntry {
  const entry = JSON.parse(json) as LogEntry;
  return {
    ...entry,
    kind: entry.kind ?? earlierKind(entry.actor),
    changes: entry.changes.map(completeChange),
  };
}

/** The record of a kind that a text stands for. */
export function recordFromJson(kind: RecordKind, json: string): KindedRecord {
  return { kind, record: completeRecord(kind, JSON.parse(json)) } as KindedRecord;
}

/** What a record lacks, in JSON or from an earlier version, by kind. */
const COMPLETERS: { readonly [K in RecordKind]: (record: RecordTypes[K]) => RecordTypes[K] } = {
  scope: (scope) => ({ ...EARLIER_SCOPE, ...scope, sunsetTime: scope.sunsetTime }),
  resourceServer: (server) => ({ ...EARLIER_RESOURCE_SERVER, ...server }),
  client: (client) => client,
  reservedName: (reserved) => reserved,
  registryPolicy: (policy) => policy,
};

function completeRecord<K extends RecordKind>(kind: K, record: RecordTypes[K]): RecordTypes[K] {
  return COMPLETERS[kind](record);
}

function completeChange({ kind, name, before, after }: RecordChange): RecordChange {
  return {
    kind,
    name,
    before: before && completeRecord(kind, before),
    after: after && completeRecord(kind, after),
  } as RecordChange;
}
