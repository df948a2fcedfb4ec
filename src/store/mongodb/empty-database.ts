import type { Collection, Document, MongoClient } from "mongodb";
import { unknownImport } from "../import-progress.ts";
import { RECORD_KINDS } from "../scope-log.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { runTransaction } from "./run-transaction.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DOING = "emptying the database";
/** An entry may have 12 MiB, and MongoDB reads what it deletes. */
const BATCH_SIZE = 200;

/**
 * Deletes everything but the mark of an import. Each batch proves that the import still is under way, so that whoever is slow
 * deletes nothing of another one's.
 *
 * @throws {ImportUnknownError} if it is not any more
 */
export async function emptyDatabase(client: MongoClient, collections: Collections, importId: string): Promise<void> {
  const { changes, records, usage } = collections;
  for (const collection of [changes, ...RECORD_KINDS.map((kind) => records[kind]), usage]) {
    for (let more = true; more; ) {
      more = await deleteBatch(client, collections, importId, collection as unknown as Collection);
    }
  }
}

/** Says whether there may be more. */
async function deleteBatch(
  client: MongoClient,
  { registry }: Collections,
  importId: string,
  collection: Collection<Document>,
): Promise<boolean> {
  const found = await withinStoreTimeout(DOING, () =>
    collection.find({}, { projection: { _id: 1 }, limit: BATCH_SIZE }).toArray(),
  );
  if (found.length === 0) return false;
  await runTransaction(client, DOING, async ({ session, step }) => {
    const { matchedCount } = await step(
      registry.updateOne(
        { _id: REGISTRY_ID, "importing.id": importId },
        [{ $set: { "importing.touched_at": "$$NOW" } }],
        { session },
      ),
    );
    if (matchedCount === 0) throw unknownImport();
    await step(collection.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } }, { session }));
  });
  return found.length === BATCH_SIZE;
}
