import { MongoError } from "mongodb";
import { USAGE_KEPT_DAYS } from "../usage-store.ts";
import { COLLECTION_NAMES, type Collections } from "./collections.ts";
import { USAGE_INDEX } from "./mongodb-usage.ts";
import { SEARCH_INDEXES } from "./search-changes.ts";

const NAMESPACE_EXISTS = 48;
/** A fact is of a whole day, and its time is the day's beginning. */
const USAGE_EXPIRES_AFTER_SECONDS = (USAGE_KEPT_DAYS + 1) * 24 * 60 * 60;

/**
 * Makes the collections and indexes that are missing. MongoDB goes on building the indexes of a long log when the time is
 * up: who tries again later finds them.
 */
export async function createCollections({ db, changes, usage }: Collections): Promise<void> {
  // Made here, because a transaction that has to make one can fail for another that does so too.
  await Promise.all(COLLECTION_NAMES.map((name) => db.createCollection(name).catch(passOverExisting)));
  const searched = SEARCH_INDEXES.map((key) => ({ key }));
  await changes.createIndexes([{ key: { request_id: 1 }, unique: true }, ...searched]);
  await usage.createIndexes([
    { key: USAGE_INDEX },
    { key: { day: 1 }, expireAfterSeconds: USAGE_EXPIRES_AFTER_SECONDS },
  ]);
}

function passOverExisting(error: unknown): void {
  if (!(error instanceof MongoError) || error.code !== NAMESPACE_EXISTS) {
    throw error;
  }
}
