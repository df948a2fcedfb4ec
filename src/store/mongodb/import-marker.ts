import { randomUUID } from "node:crypto";
import type { Document, Filter, MongoClient } from "mongodb";
import { IMPORT_BEGUN } from "../import-progress.ts";
import { IMPORT_ABANDONED_AFTER_MS } from "../log-imports.ts";
import { type Collections, DURABLY, REGISTRY_ID, type RegistryDocument } from "./collections.ts";
import { emptyDatabase } from "./empty-database.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DOING = "marking an import";

/** An import that no part has come for in a while, by MongoDB's own clock. */
const ABANDONED = {
  importing: { $exists: true },
  $expr: { $lt: ["$importing.touched_at", { $subtract: ["$$NOW", IMPORT_ABANDONED_AFTER_MS] }] },
};

/** Whether the database holds no registry, as an import is under way. */
export function isImporting(registry: RegistryDocument | null): boolean {
  return registry?.importing !== undefined;
}

/**
 * Marks that an import begins, in the place of one that was abandoned if need be, and empties the database.
 *
 * @param over which registry it may take the place of
 * @returns the import's id; undefined: there is no such registry, or an import is under way. Nothing is changed then.
 */
export async function markImport(
  client: MongoClient,
  collections: Collections,
  over: Filter<RegistryDocument>,
): Promise<string | undefined> {
  const id = randomUUID();
  const importing = { id, ...IMPORT_BEGUN, touched_at: "$$NOW" };
  const { matchedCount } = await withinStoreTimeout(DOING, () =>
    collections.registry.updateOne(
      { $and: [{ _id: REGISTRY_ID }, over, { $or: [{ importing: { $exists: false } }, ABANDONED] }] },
      [{ $set: { importing } }],
      { writeConcern: DURABLY },
    ),
  );
  if (matchedCount === 0) return undefined;
  await emptyDatabase(client, collections, id);
  return id;
}

/**
 * Makes what an import has brought the registry, with the import's id as its identity.
 *
 * @returns false: no such import is under way, or its last entry is not whole
 */
export async function completeImport({ registry }: Collections, id: string): Promise<boolean> {
  const update: Document[] = [
    { $set: { registry_id: id, revision: { $toLong: "$importing.revision" } } },
    { $unset: "importing" },
  ];
  const { matchedCount } = await withinStoreTimeout(DOING, () =>
    registry.updateOne({ _id: REGISTRY_ID, "importing.id": id, "importing.continued": false }, update, {
      writeConcern: DURABLY,
    }),
  );
  return matchedCount > 0;
}

/** Makes a new, empty registry where an import was abandoned; does nothing where none was. */
export async function giveUpAbandonedImport(client: MongoClient, collections: Collections): Promise<void> {
  const id = await markImport(client, collections, ABANDONED);
  if (id !== undefined) await completeImport(collections, id);
}
