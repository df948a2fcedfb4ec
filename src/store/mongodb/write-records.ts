import type { AnyBulkWriteOperation } from "mongodb";
import { type LogEntry, RECORD_KINDS, type RecordChange, type RecordKind, type RecordTypes } from "../scope-log.ts";
import type { Collections } from "./collections.ts";
import { encodeRecord, type RecordDocument } from "./documents/record-documents.ts";
import type { Transaction } from "./run-transaction.ts";

/**
 * Brings the records to the state after the last of these entries: one write for each record that changed.
 *
 * @param beforeIsStored whether each change's `before` is known to be what is stored: what is new is then inserted, for which
 *   MongoDB needs half the time that it takes to look for a record to replace
 */
export async function writeRecords(
  { records }: Collections,
  entries: readonly LogEntry[],
  { session, step }: Transaction,
  { beforeIsStored }: { readonly beforeIsStored: boolean },
): Promise<void> {
  const changes = entries.flatMap((entry) => entry.changes);
  for (const kind of RECORD_KINDS) {
    const created = new Set<string>();
    const writes = new Map<string, AnyBulkWriteOperation<RecordDocument>>();
    for (const change of changes) {
      if (change.kind !== kind) continue;
      const { name, before } = change;
      if (beforeIsStored && before === undefined && !writes.has(name)) created.add(name);
      writes.set(name, recordWrite(change, created.has(name)));
    }
    if (writes.size > 0) {
      await step(records[kind].bulkWrite([...writes.values()], { session, ordered: false }));
    }
  }
}

type After<K extends RecordKind> = Pick<RecordChange, "name"> & { kind: K; after: RecordTypes[K] | undefined };

function recordWrite<K extends RecordKind>(
  { kind, name, after }: After<K>,
  isNew: boolean,
): AnyBulkWriteOperation<RecordDocument> {
  const filter = { _id: name };
  if (after === undefined) return { deleteOne: { filter } };
  const document = encodeRecord(kind, after);
  return isNew ? { insertOne: { document } } : { replaceOne: { filter, replacement: document, upsert: true } };
}
