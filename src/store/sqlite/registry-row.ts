import type { DatabaseSync } from "node:sqlite";
import type { ImportProgress } from "../import-progress.ts";

/** An import that is under way. */
export interface OpenImport extends ImportProgress {
  /** It becomes the registry's id. */
  readonly id: string;
  /** In milliseconds since 1970-01-01T00:00:00Z. */
  readonly touchedAt: number;
}

/** Whose history the file holds, and how far it has come. */
export interface RegistryRow {
  readonly registryId: string;
  readonly revision: number;
  readonly importing: OpenImport | undefined;
}

/** The one row of the table `registry`. */
export interface RegistryTable {
  read(): RegistryRow;
  setRevision(revision: number): void;
  setImport(importing: OpenImport): void;
  /** Changes over to another registry. */
  replace(registryId: string, revision: number): void;
}

/** Gives access to the table. */
export function createRegistryTable(database: DatabaseSync): RegistryTable {
  const select = database.prepare("SELECT registry_id, revision, importing FROM registry");
  const setRevision = database.prepare("UPDATE registry SET revision = ?");
  const setImport = database.prepare("UPDATE registry SET importing = ?");
  const replace = database.prepare("UPDATE registry SET registry_id = ?, revision = ?, importing = NULL");
  return {
    read() {
      const row = select.get() as { registry_id: string; revision: number; importing: string | null };
      const importing = row.importing === null ? undefined : (JSON.parse(row.importing) as OpenImport);
      return { registryId: row.registry_id, revision: row.revision, importing };
    },
    setRevision: (revision) => void setRevision.run(revision),
    setImport: (importing) => void setImport.run(JSON.stringify(importing)),
    replace: (registryId, revision) => void replace.run(registryId, revision),
  };
}
