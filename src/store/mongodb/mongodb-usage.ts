import type { AnyBulkWriteOperation } from "mongodb";
import type { ScopeUse, ScopeUses, UsageStore } from "../usage-store.ts";
import type { Collections } from "./collections.ts";
import type { UseDocument } from "./documents/use-document.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How many facts are written at once: far fewer than take as long as the store may take. */
const BATCH_SIZE = 2_000;

/** What usage is read by: the newest facts of a scope first. */
export const USAGE_INDEX = { "_id.scope": 1, day: -1, "_id.client": 1 } as const;

/** Who uses which scope, in a database: see `UsageStore`. */
export function createMongodbUsage({ db, usage }: Collections): UsageStore {
  return {
    async note(uses) {
      for (let start = 0; start < uses.length; start += BATCH_SIZE) {
        const writes = uses.slice(start, start + BATCH_SIZE).map(toWrite);
        await withinStoreTimeout("noting who uses which scope", () =>
          usage.bulkWrite(writes, { ordered: false, writeConcern: { w: "majority" } }),
        );
      }
    },
    async forget(names) {
      for (let start = 0; start < names.length; start += BATCH_SIZE) {
        const filter = { "_id.scope": { $in: names.slice(start, start + BATCH_SIZE) } };
        await withinStoreTimeout("forgetting who used scopes", () =>
          usage.deleteMany(filter, { writeConcern: { w: "majority" } }),
        );
      }
    },
    async read(names, since, limit) {
      // One look into the index for each name, and no fact beyond the limit is read. The one more is of no named client.
      const newest = [{ $sort: { day: -1, "_id.client": 1 } }, { $limit: limit + 1 }];
      const found = await withinStoreTimeout("reading who uses which scope", () =>
        db
          .aggregate<{ name: string; uses: UseDocument[] }>([
            { $documents: [...new Set(names)].map((name) => ({ name: { $literal: name } })) },
            { $lookup: { from: "usage", localField: "name", foreignField: "_id.scope", pipeline: newest, as: "uses" } },
          ])
          .toArray(),
      );
      const byName = new Map(found.map(({ name, uses }) => [name, uses]));
      return names.map((name) => toUses(name, byName.get(name) ?? [], since, limit));
    },
  };
}

function toWrite({ name, clientId, day }: ScopeUse): AnyBulkWriteOperation<UseDocument> {
  return {
    updateOne: {
      filter: { _id: { scope: name, client: clientId } },
      update: { $max: { day: new Date(day * DAY_MS) } },
      upsert: true,
    },
  };
}

function toUses(name: string, documents: readonly UseDocument[], since: number, limit: number): ScopeUses {
  const uses = documents.map(({ _id, day }) => ({ clientId: _id.client, day: day.getTime() / DAY_MS }));
  const clientIds = uses.filter(({ clientId, day }) => clientId !== "" && day >= since).map(({ clientId }) => clientId);
  return { name, lastDay: uses[0]?.day, clientIds: clientIds.slice(0, limit) };
}
