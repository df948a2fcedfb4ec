import { type Collection, type Db, type Long, type MongoClient, ReadConcern, type WriteConcernSettings } from "mongodb";
import type { RecordKind } from "../scope-log.ts";
import { STORE_TIMEOUT_MS } from "../store-errors.ts";
import type { EntryDocument } from "./documents/entry-document.ts";
import type { RecordDocument } from "./documents/record-documents.ts";
import type { UseDocument } from "./documents/use-document.ts";

/** The newest layout of the database that this version reads and writes. */
export const FORMAT = 2;

/** The `_id` of the one document in the collection `registry`. */
export const REGISTRY_ID = "registry";

/** How everything is written that must not be lost. */
export const DURABLY: WriteConcernSettings = { w: "majority", journal: true, wtimeoutMS: STORE_TIMEOUT_MS };

/** The one document of the collection `registry`: whose history this is, and how far it has come. */
export interface RegistryDocument {
  _id: typeof REGISTRY_ID;
  registry_id: string;
  revision: Long | number;
  format: number;
  /** The import that is under way: until it is complete the database holds no registry. */
  importing?: ImportDocument;
}

/** An import that is under way. */
export interface ImportDocument {
  /** It becomes the registry's id. */
  id: string;
  part: number;
  revision: Long | number;
  continued: boolean;
  /** By MongoDB's own clock. */
  touched_at: Date;
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
  readonly changes: Collection<EntryDocument>;
  readonly records: Readonly<Record<RecordKind, Collection<RecordDocument>>>;
  readonly usage: Collection<UseDocument>;
}

const RECORD_COLLECTIONS: Readonly<Record<RecordKind, string>> = {
  scope: "scopes",
  resourceServer: "resource_servers",
  client: "clients",
  reservedName: "reserved_names",
  registryPolicy: "registry_policies",
};

/** The names of all collections. */
export const COLLECTION_NAMES = ["registry", "changes", "usage", ...Object.values(RECORD_COLLECTIONS)];

/** Gives access to the collections of a database, whatever concerns the URI asks for. */
export function openCollections(client: MongoClient, database: string): Collections {
  const db = client.db(database, { readPreference: "primary", readConcern: new ReadConcern("majority") });
  const recordsOf = (kind: RecordKind) => db.collection<RecordDocument>(RECORD_COLLECTIONS[kind]);
  return {
    db,
    registry: db.collection<RegistryDocument>("registry"),
    probes: db.collection<ProbeDocument>("registry"),
    changes: db.collection<EntryDocument>("changes"),
    records: {
      scope: recordsOf("scope"),
      resourceServer: recordsOf("resourceServer"),
      client: recordsOf("client"),
      reservedName: recordsOf("reservedName"),
      registryPolicy: recordsOf("registryPolicy"),
    },
    usage: db.collection<UseDocument>("usage"),
  };
}
