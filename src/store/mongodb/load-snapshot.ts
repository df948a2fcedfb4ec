import type { ClientSession, MongoClient } from "mongodb";
import { type KindedRecord, type LogSnapshot, RECORD_KINDS } from "../scope-log.ts";
import { StoreUnavailableError } from "../store-errors.ts";
import { type Collections, REGISTRY_ID } from "./collections.ts";
import { decodeRecord } from "./documents.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const DOING = "loading the records";
const BATCH_SIZE = 1_000;
/** Said with each read: the session by itself would leave the collections' own read concern, and no point in time. */
const READ_CONCERN = { level: "snapshot" } as const;

/** All records at one revision: see `ScopeLog.load`. */
export async function loadSnapshot(
  client: MongoClient,
  collections: Collections,
): Promise<LogSnapshot & { readonly registryId: string }> {
  const session = client.startSession({ snapshot: true });
  try {
    const head = await withinStoreTimeout(DOING, () =>
      collections.registry.findOne({ _id: REGISTRY_ID }, { session, readConcern: READ_CONCERN }),
    );
    if (head === null) {
      throw new StoreUnavailableError("The database was emptied under the registry: restore it and start again");
    }
    return {
      registryId: head.registry_id,
      revision: Number(head.revision),
      records: readRecords(collections, session),
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
        while (await withinStoreTimeout(DOING, () => cursor.hasNext())) {
          yield cursor.readBufferedDocuments().map((document) => decodeRecord(kind, document));
        }
      } finally {
        void cursor.close().catch(() => {});
      }
    }
  } finally {
    void session.endSession().catch(() => {});
  }
}
