import type { ClientSession, MongoClient } from "mongodb";
import { type KindedRecord, type LogSnapshot, RECORD_KINDS } from "../scope-log.ts";
import { StoreUnavailableError } from "../store-errors.ts";
import type { Collections } from "./collections.ts";
import { decodeRecord } from "./documents/record-documents.ts";
import { readHead, revisionIn } from "./read-head.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DOING = "loading the records";
/** Few, so that what is made of a batch is still in the processor's caches when it is taken in: 4,000 take a third longer. */
const BATCH_SIZE = 400;
/** Said with each read: the session by itself would leave the collections' own read concern, and no point in time. */
const READ_CONCERN = { level: "snapshot" } as const;

/** The log and its head do not belong together, so that nothing can be made of either. The message says what to do. */
export class TornLogError extends StoreUnavailableError {}

/**
 * All records at one revision: see `ScopeLog.load`.
 *
 * @param onAdopt is given the registry's identity when the snapshot is adopted
 * @throws {TornLogError} if the newest entry is not the head: the database was restored from copies of several times
 */
export async function loadSnapshot(
  client: MongoClient,
  collections: Collections,
  onAdopt: (registryId: string) => void = () => undefined,
): Promise<LogSnapshot> {
  const session = client.startSession({ snapshot: true });
  try {
    const { registryId, revision } = await withinStoreTimeout(DOING, () =>
      readHead(collections, { session, readConcern: READ_CONCERN }),
    );
    const newest = await withinStoreTimeout(DOING, () =>
      collections.changes.findOne(
        {},
        { session, readConcern: READ_CONCERN, sort: { _id: -1 }, projection: { _id: 1 } },
      ),
    );
    if ((newest?._id ?? 0) !== revision) {
      throw new TornLogError(
        `The database ${collections.db.databaseName} says that it is at revision ${revision} and its log ends with ${newest?._id ?? 0}: restore all of it from one point in time (mongodump --oplog)`,
      );
    }
    return {
      revision,
      records: readRecords(collections, session),
      head: async () => revisionIn(registryId, await withinStoreTimeout(DOING, () => readHead(collections))),
      adopt: () => onAdopt(registryId),
    };
  } catch (error) {
    void session.endSession().catch(() => {});
    throw error;
  }
}

async function* readRecords({ records }: Collections, session: ClientSession): AsyncGenerator<readonly KindedRecord[]> {
  try {
    for (const kind of RECORD_KINDS) {
      const cursor = records[kind].find({}, { session, readConcern: READ_CONCERN, batchSize: BATCH_SIZE });
      try {
        const hasNext = () => withinStoreTimeout(DOING, () => cursor.hasNext());
        for (let more = hasNext(); await more; ) {
          const documents = cursor.readBufferedDocuments();
          // MongoDB makes the next batch while this one is taken in.
          more = hasNext();
          more.catch(() => undefined);
          yield documents.map((document) => ({ kind, record: decodeRecord(kind, document) }) as KindedRecord);
        }
      } finally {
        void cursor.close().catch(() => {});
      }
    }
  } finally {
    void session.endSession().catch(() => {});
  }
}
