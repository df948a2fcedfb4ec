import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

const FORMAT_1 = `
  CREATE TABLE registry (registry_id TEXT NOT NULL, revision INTEGER NOT NULL) STRICT;
  CREATE TABLE changes (revision INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL) STRICT;
  CREATE TABLE records (kind TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
`;

/**
 * Governance. `acts` and `subjects` are what entries are found by: by what made them, and by what they concern (of kind
 * scope, client or resourceServer). `importing` is the progress of an import, as JSON.
 */
const FORMAT_2 = `
  ALTER TABLE registry ADD COLUMN importing TEXT;
  CREATE TABLE acts (revision INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL) STRICT;
  CREATE INDEX acts_by_actor ON acts (actor);
  CREATE TABLE subjects (kind TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (kind, name, revision)) STRICT, WITHOUT ROWID;
  CREATE TABLE usage (scope TEXT NOT NULL, client TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (scope, client)) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_by_day ON usage (scope, day DESC, client);
`;

/** What the entries of format 1 are found by. There were registrations and the registry's own scopes, one owner in each. */
const FIND_FORMAT_1 = `
  INSERT INTO acts SELECT revision, entry ->> 'time', entry ->> 'actor',
    iif(entry ->> 'actor' = '', 'OWN_SCOPES', 'REGISTRATION') FROM changes;
  INSERT INTO subjects SELECT 'resourceServer', entry ->> 'resourceServer', revision FROM changes
    WHERE entry ->> 'resourceServer' <> '';
  INSERT OR IGNORE INTO subjects SELECT 'scope', change.value ->> 'name', revision
    FROM changes, json_each(entry, '$.changes') AS change WHERE change.value ->> 'kind' = 'scope';
`;

/** The newest layout of the file that this version reads and writes. */
export const FORMAT = 2;

/** Brings a file of an older format, 0 being an empty one, to {@link FORMAT}. To be run in a transaction. */
export function migrate(database: DatabaseSync, format: number): void {
  if (format < 1) {
    database.exec(FORMAT_1);
    database.prepare("INSERT INTO registry (registry_id, revision) VALUES (?, 0)").run(randomUUID());
  }
  if (format < 2) database.exec(FORMAT_2 + FIND_FORMAT_1);
  database.exec(`PRAGMA user_version = ${FORMAT}`);
}
