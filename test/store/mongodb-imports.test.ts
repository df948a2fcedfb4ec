import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { IMPORT_ABANDONED_AFTER_MS, type ImportPart } from "../../src/store/log-imports.ts";
import { openCollections } from "../../src/store/mongodb/collections.ts";
import { emptyDatabase } from "../../src/store/mongodb/empty-database.ts";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import {
  HistoryGoneError,
  ImportUnderWayError,
  ImportUnknownError,
  StoreSetupError,
  StoreUnavailableError,
} from "../../src/store/store-errors.ts";
import { ownDatabase, type TestDatabase } from "../support/mongod-database.ts";
import { createScope, sampleEntry, sampleScope } from "./sample-records.ts";
import { contentsOf, foldOf, recordsOf } from "./scope-log-acceptance.ts";

const EMPTY = { head: 0, entries: [], records: [] };

function partOf(part: number, revision: number): ImportPart {
  const scope = createScope(sampleScope({ name: `s${revision}`, revision }));
  return { part, entries: [sampleEntry(revision, [scope])], continued: false };
}

describe("an import into MongoDB that was abandoned", () => {
  let database: TestDatabase;
  let client: MongoClient;
  let log: ScopeLog;
  let id: string;

  beforeEach(async () => {
    database = ownDatabase(inject("mongodbUri"));
    client = new MongoClient(database.uri);
    log = await openMongodbLog({ uri: database.uri });
    await log.commit([sampleEntry(1, [createScope(sampleScope())])]);
    id = await log.imports.begin(log.registryId, 1);
    await log.imports.append(id, partOf(0, 1));
  });

  afterEach(async () => {
    await log.close();
    await client.close();
    await database.drop();
  });

  /** Makes it as if the last part had come so long ago, in milliseconds. */
  const touched = (agoMs: number) =>
    client
      .db(database.name)
      .collection<{ _id: string }>("registry")
      .updateOne({ _id: "registry" }, { $set: { "importing.touched_at": new Date(Date.now() - agoMs) } });

  it("is not given up before its time", async () => {
    await touched(IMPORT_ABANDONED_AFTER_MS - 10_000);
    const opening = openMongodbLog({ uri: database.uri });
    await expect(opening).rejects.toThrow(StoreSetupError);
    await expect(opening).rejects.toThrow(
      `An import into the database ${database.name} is under way: start again when it is complete or, if it was given up, in a minute`,
    );
    await expect(log.proveHead()).rejects.toThrow(StoreUnavailableError);
    await expect(log.imports.begin(log.registryId, 1)).rejects.toThrow(ImportUnderWayError);
    await log.imports.append(id, partOf(1, 2));
    await log.imports.complete(id);
  });

  it("lasts as long as parts come", async () => {
    await touched(IMPORT_ABANDONED_AFTER_MS + 1_000);
    await log.imports.append(id, partOf(1, 2));
    await expect(log.imports.begin(log.registryId, 1)).rejects.toThrow(ImportUnderWayError);
  });

  it("leaves an empty registry of its own to who opens the database, and its importer nothing", async () => {
    await touched(IMPORT_ABANDONED_AFTER_MS + 1_000);
    const opened = await openMongodbLog({ uri: database.uri });
    expect([log.registryId, id]).not.toContain(opened.registryId);
    expect(await contentsOf(opened)).toEqual(EMPTY);
    await expect(log.imports.append(id, partOf(1, 2))).rejects.toThrow(ImportUnknownError);
    await expect(log.imports.complete(id)).rejects.toThrow(ImportUnknownError);
    await expect(log.head()).rejects.toThrow(HistoryGoneError);
    await opened.close();
  });

  it("is given up by who proves the head, for a registry that runs must not wait for its next start", async () => {
    await touched(IMPORT_ABANDONED_AFTER_MS + 1_000);
    await expect(log.proveHead()).rejects.toThrow(StoreUnavailableError);
    await expect(log.proveHead()).rejects.toThrow(HistoryGoneError);
    (await log.load()).adopt();
    expect(await contentsOf(log)).toEqual(EMPTY);
  });

  it("gives way to one import, and has no part in it", async () => {
    await touched(IMPORT_ABANDONED_AFTER_MS + 1_000);
    const begun = await Promise.allSettled([1, 2, 3].map(() => log.imports.begin(log.registryId, 1)));
    const ids = begun.flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
    expect(ids).toHaveLength(1);
    const [next = ""] = ids;
    await expect(log.imports.append(id, partOf(1, 2))).rejects.toThrow(ImportUnknownError);
    const part = partOf(0, 1);
    await log.imports.append(next, part);
    await log.imports.complete(next);
    const snapshot = await log.load();
    expect(await recordsOf(snapshot)).toEqual(foldOf(part.entries));
    snapshot.adopt();
    expect(await log.read(0, 10)).toEqual(part.entries);
  });

  it("cannot delete what the next one brings, however slowly it empties the database", async () => {
    const collections = openCollections(client, database.name);
    await expect(emptyDatabase(client, collections, "one before")).rejects.toThrow(ImportUnknownError);
    await log.imports.complete(id);
    expect(await recordsOf(await log.load())).toHaveLength(1);
    await expect(emptyDatabase(client, collections, id)).rejects.toThrow(ImportUnknownError);
    expect(await recordsOf(await log.load())).toHaveLength(1);
  });
});
