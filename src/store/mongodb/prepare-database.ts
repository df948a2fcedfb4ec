import { randomUUID } from "node:crypto";
import { type ClientSession, Long, type MongoClient, MongoError } from "mongodb";
import { RECORD_KINDS } from "../scope-log.ts";
import { STORE_TIMEOUT_MS, StoreSetupError, StoreUnavailableError } from "../store-errors.ts";
import { type Collections, DURABLY, FORMAT, REGISTRY_ID, type RegistryDocument } from "./collections.ts";
import { createCollections } from "./create-collections.ts";
import { giveUpAbandonedImport, isImporting } from "./import-marker.ts";
import { loadSnapshot, TornLogError } from "./load-snapshot.ts";
import { ImportPendingError, proveHead } from "./read-head.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DOING = "opening the database";
const UNAUTHORIZED = 13;

/**
 * Makes what is missing in the database, any number of processes at once, and does once each kind of operation that will
 * be needed, so that missing rights show now.
 *
 * @returns the registry's id.
 * @throws {StoreSetupError} if rights are missing, or the database is of a newer format or of several points in time, or
 *   an import into it is under way.
 */
export async function prepareDatabase(client: MongoClient, collections: Collections): Promise<string> {
  try {
    const found = await withinStoreTimeout(DOING, () => readRegistry(collections));
    checkFormat(found, collections.db.databaseName);
    await withinStoreTimeout(DOING, () => createCollections(collections));
    if (isImporting(found)) await giveUpAbandonedImport(client, collections);
    const registry = await withinStoreTimeout(DOING, () => createRegistry(collections));
    checkFormat(registry, collections.db.databaseName);
    await withinStoreTimeout(DOING, () => tryEveryOperation(client, collections));
    return registry.registry_id;
  } catch (error) {
    if (error instanceof StoreSetupError) {
      throw error;
    }
    if (error instanceof ImportPendingError) {
      throw new StoreSetupError(
        `An import into the database ${collections.db.databaseName} is under way: start again when it is complete or, if it was given up, in a minute`,
        { cause: error },
      );
    }
    if (error instanceof TornLogError) {
      throw new StoreSetupError(error.message, { cause: error });
    }
    throw toSetupError(error, collections.db.databaseName);
  }
}

function readRegistry({ registry }: Collections): Promise<RegistryDocument | null> {
  return registry.findOne(
    { _id: REGISTRY_ID },
    { readConcern: { level: "linearizable" }, maxTimeMS: STORE_TIMEOUT_MS },
  );
}

function checkFormat(registry: RegistryDocument | null, database: string): void {
  if (registry !== null && registry.format > FORMAT) {
    throw new StoreSetupError(
      `The database ${database} was written by a newer scope registry (format ${registry.format}): start that version or newer`,
    );
  }
}

/** Makes the registry's document, or finds the one that is there and marks that this version writes from now on. */
async function createRegistry({ registry }: Collections): Promise<RegistryDocument> {
  const created = await registry.findOneAndUpdate(
    { _id: REGISTRY_ID },
    { $setOnInsert: { registry_id: randomUUID(), revision: Long.ZERO }, $max: { format: FORMAT } },
    { upsert: true, returnDocument: "after", writeConcern: DURABLY },
  );
  if (created === null) {
    throw new StoreUnavailableError("MongoDB lost the registry's document while making it");
  }
  return created;
}

async function tryEveryOperation(client: MongoClient, collections: Collections): Promise<void> {
  await proveHead(collections);
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: "snapshot" }, writeConcern: { w: "majority" } });
    await tryWrites(collections, session);
  } finally {
    // Ends the transaction without a trace.
    await session.endSession();
  }
  for await (const _ of (await loadSnapshot(client, collections)).records) {
    break;
  }
  const stream = collections.changes.aggregate([{ $changeStream: {} }], { maxAwaitTimeMS: 1 });
  try {
    await stream.tryNext();
  } finally {
    await stream.close();
  }
}

async function tryWrites({ registry, changes, records }: Collections, session: ClientSession): Promise<void> {
  // No live commit may be disturbed: the first matches nothing, the others have names of their own.
  await registry.updateOne({ _id: REGISTRY_ID, revision: -1 }, { $set: { revision: -1 } }, { session });
  const probe = `probe ${randomUUID()}`;
  await changes.insertOne({ _id: -Math.random(), request_id: probe } as never, { session });
  for (const kind of RECORD_KINDS) {
    await records[kind].updateOne({ _id: probe }, { $set: { revision: 0 } }, { session, upsert: true });
    await records[kind].deleteOne({ _id: probe }, { session });
  }
}

function toSetupError(error: unknown, database: string): StoreSetupError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof MongoError && cause.code === UNAUTHORIZED) {
    return new StoreSetupError(
      `The user in SCOPE_REGISTRY_MONGODB_URI may not use the database ${database}: grant it the role readWrite on ${database}`,
      { cause },
    );
  }
  return new StoreSetupError(
    `The database ${database} cannot be prepared: see that MongoDB has a primary and can be written, then start again`,
    { cause: error },
  );
}
