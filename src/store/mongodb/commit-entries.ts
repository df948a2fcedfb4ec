import { Long, type MongoClient, MongoError } from "mongodb";
import type { LogEntry } from "../scope-log.ts";
import { RevisionTakenError } from "../store-errors.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { encodeEntry } from "./documents/entry-document.ts";
import { anotherRegistry, importUnderWay } from "./read-head.ts";
import { DuplicateRequestError, runTransaction, type Transaction } from "./run-transaction.ts";
import { writeRecords } from "./write-records.ts";

/** MongoDB's code for a key that is there already. */
export const DUPLICATE_KEY = 11_000;

/** Appends entries in one transaction: see `ScopeLog.commit`. */
export async function commitEntries(
  client: MongoClient,
  collections: Collections,
  entries: readonly LogEntry[],
  registryId: string,
): Promise<void> {
  await runTransaction(client, "committing", async (transaction) => {
    await takeRevisions(collections, entries, registryId, transaction);
    await insertEntries(collections, entries, transaction);
    await writeRecords(collections, entries, transaction, { beforeIsStored: true });
  });
}

async function takeRevisions(
  { registry }: Collections,
  entries: readonly LogEntry[],
  registryId: string,
  { session, step }: Transaction,
): Promise<void> {
  const head = headBefore(entries);
  const { matchedCount } = await step(
    registry.updateOne(
      {
        _id: REGISTRY_ID,
        registry_id: registryId,
        revision: Long.fromNumber(head),
        importing: { $exists: false },
      },
      { $set: { revision: Long.fromNumber(head + entries.length) } },
      { session },
    ),
  );
  if (matchedCount > 0) return;
  const found = await step(registry.findOne({ _id: REGISTRY_ID }, { session }));
  if (found !== null && found.registry_id !== registryId) throw anotherRegistry();
  if (found?.importing !== undefined) throw importUnderWay();
  throw new RevisionTakenError(taken(head));
}

async function insertEntries(
  { changes }: Collections,
  entries: readonly LogEntry[],
  { session, step }: Transaction,
): Promise<void> {
  try {
    await step(changes.insertMany(entries.map(encodeEntry), { session }));
  } catch (error) {
    if (!(error instanceof MongoError) || error.code !== DUPLICATE_KEY) {
      throw error;
    }
    const requests = entries.map((entry) => entry.requestId);
    const isKnown = (await step(changes.countDocuments({ request_id: { $in: requests } }, { limit: 1 }))) > 0;
    throw isKnown
      ? new DuplicateRequestError("The log holds one of these requests already: give each an id of its own", {
          cause: error,
        })
      : new RevisionTakenError(taken(headBefore(entries)), { cause: error });
  }
}

function headBefore(entries: readonly LogEntry[]): number {
  return (entries[0]?.revision ?? 1) - 1;
}

function taken(head: number): string {
  return `The log's head is not revision ${head}: read on from there and plan again`;
}
