import type { AnyBulkWriteOperation } from "mongodb";
import { type LogEntry, RECORD_KINDS, type RecordChange, type RecordKind, type RecordTypes } from "../scope-log.ts";
import type { Collections } from "./collections.ts";
import { encodeRecord, type RecordDocument } from "./documents/record-documents.ts";
import type { Transaction } from "./run-transaction.ts";

/** Brings the records to the state after the last of these entries: one write for each record that changed. */
export async function writeRecords(
  { records }: Collections,
  entries: readonly LogEntry[],
  { session, step }: Transaction,
): Promise<void> {
  const changes = entries.flatMap((entry) => entry.changes);
  for (const kind of RECORD_KINDS) {
    const writes = new Map<string, AnyBulkWriteOperation<RecordDocument>>();
    for (const change of changes) {
      if (change.kind === kind) writes.set(change.name, recordWrite(change));
    }
    if (writes.size > 0) {
      await step(records[kind].bulkWrite([...writes.values()], { session, ordered: false }));
    }
  }
}

type After<K extends RecordKind> = Pick<RecordChange, "name"> & { kind: K; after: RecordTypes[K] | undefined };

function recordWrite<K extends RecordKind>({ kind, name, after }: After<K>): AnyBulkWriteOperation<RecordDocument> {
  const filter = { _id: name };
  return after === undefined
    ? { deleteOne: { filter } }
    : { replaceOne: { filter, replacement: encodeRecord(kind, after), upsert: true } };
}
