import { type Collection, type Db, type Long, type MongoClient, ReadConcern } from "mongodb";
import type { RecordKind } from "../scope-log.ts";
import type { ChangeDocument, RecordDocument } from "./documents.ts";

/** The newest layout of the database that this version reads and writes. */
export const FORMAT = 1;

/** The `_id` of the one document in the collection `registry`. */
export const REGISTRY_ID = "registry";

/** The one document of the collection `registry`: whose history this is, and how far it has come. */
export interface RegistryDocument {
  _id: typeof REGISTRY_ID;
  registry_id: string;
  revision: Long | number;
  format: number;
}

/** The document that `proveHead` writes to, in the collection `registry`. */
export interface ProbeDocument {
  _id: "probe";
  writes: number;
}

/** The collections of one registry's database, read on the primary with majority. */
export interface Collections {
  readonly db: Db;
  readonly registry: Collection<RegistryDocument>;
  /** The same collection. */
  readonly probes: Collection<ProbeDocument>;
  readonly changes: Collection<ChangeDocument>;
  readonly records: Readonly<Record<RecordKind, Collection<RecordDocument>>>;
}

/** The names of all collections. */
export const COLLECTION_NAMES = ["registry", "changes", "scopes", "resource_servers"] as const;

/** Gives access to the collections of a database, whatever concerns the URI asks for. */
export function openCollections(client: MongoClient, database: string): Collections {
  const db = client.db(database, { readPreference: "primary", readConcern: new ReadConcern("majority") });
  return {
    db,
    registry: db.collection<RegistryDocument>("registry"),
    probes: db.collection<ProbeDocument>("registry"),
    changes: db.collection<ChangeDocument>("changes"),
    records: {
      scope: db.collection<RecordDocument>("scopes"),
      resourceServer: db.collection<RecordDocument>("resource_servers"),
    },
  };
}
