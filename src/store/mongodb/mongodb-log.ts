/** The log in MongoDB, 6.0 or newer, as a replica set or a sharded cluster; any number of processes share one database. */
import type { LogQuery } from "../log-query.ts";
import type { LogEntry, LogSnapshot, ScopeLog } from "../scope-log.ts";
import { StoreUnavailableError } from "../store-errors.ts";
import { type Collections, openCollections } from "./collections.ts";
import { commitEntries } from "./commit-entries.ts";
import { type Connection, connect } from "./connect.ts";
import { followChanges } from "./follow-changes.ts";
import { giveUpAbandonedImport } from "./import-marker.ts";
import { loadSnapshot } from "./load-snapshot.ts";
import { createMongodbImports } from "./mongodb-imports.ts";
import { createMongodbUsage } from "./mongodb-usage.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { readChanges } from "./read-changes.ts";
import { type Head, ImportPendingError, proveHead, readHead, revisionIn, shareRuns } from "./read-head.ts";
import { searchChanges } from "./search-changes.ts";
import { withinStoreTimeout } from "./store-deadline.ts";

const READING_HEAD = "reading the head of the log";

/** Where the log is. */
export interface MongodbLogOptions {
  /** A `mongodb://` or `mongodb+srv://` URI; its path names the database, `scope_registry` if it is empty. */
  readonly uri: string;
}

/**
 * Opens the log in a MongoDB database, and makes what is missing there.
 *
 * @throws {StoreSetupError} if the URI is wrong, nothing is to be reached there, the server is not fit or too old, the
 *   user lacks rights, or the database is of a newer format.
 */
export async function openMongodbLog({ uri }: MongodbLogOptions): Promise<ScopeLog> {
  const connection = await connect(uri);
  try {
    const collections = openCollections(connection.client, connection.database);
    return createLog(connection, collections, await prepareDatabase(connection.client, collections));
  } catch (error) {
    await connection.client.close();
    throw error;
  }
}

function createLog({ client, description }: Connection, collections: Collections, openedId: string): ScopeLog {
  let registryId = openedId;
  const closing = new AbortController();
  const assertOpen = () => {
    if (closing.signal.aborted) {
      throw new StoreUnavailableError("The store is closed");
    }
  };
  const sharedHead = shareRuns(() => withinStoreTimeout(READING_HEAD, () => readHead(collections)));
  const sharedProof = shareRuns(async (): Promise<Head> => {
    try {
      return await withinStoreTimeout(READING_HEAD, () => proveHead(collections));
    } catch (error) {
      if (error instanceof ImportPendingError) await giveUpAbandonedImport(client, collections);
      throw error;
    }
  });
  return {
    get registryId() {
      return registryId;
    },
    description,
    async load(): Promise<LogSnapshot> {
      assertOpen();
      return await loadSnapshot(client, collections, (adopted) => {
        registryId = adopted;
      });
    },
    async head(): Promise<number> {
      assertOpen();
      return revisionIn(registryId, await withinStoreTimeout(READING_HEAD, sharedHead));
    },
    async proveHead(): Promise<number> {
      assertOpen();
      return revisionIn(registryId, await withinStoreTimeout(READING_HEAD, sharedProof));
    },
    async commit(entries: readonly LogEntry[]): Promise<void> {
      assertOpen();
      await commitEntries(client, collections, entries, registryId);
    },
    async read(after: number, limit: number, maxBytes?: number): Promise<readonly LogEntry[]> {
      assertOpen();
      const options = maxBytes === undefined ? {} : { maxBytes };
      return (await readChanges(collections, after, limit, options)).entries;
    },
    async *follow(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[]> {
      assertOpen();
      yield* followChanges(collections, registryId, after, AbortSignal.any([signal, closing.signal]));
    },
    async search(query: LogQuery, limit: number, maxBytes: number): Promise<readonly LogEntry[]> {
      assertOpen();
      return await searchChanges(collections, query, limit, maxBytes);
    },
    imports: createMongodbImports(client, collections),
    usage: createMongodbUsage(collections),
    async close(): Promise<void> {
      closing.abort();
      await client.close();
    },
  };
}
