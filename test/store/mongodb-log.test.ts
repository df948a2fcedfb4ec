import { setTimeout as delay } from "node:timers/promises";
import { Long, MongoClient } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { HistoryGoneError, StoreSetupError } from "../../src/store/store-errors.ts";
import { ownDatabase, type TestDatabase } from "../support/mongod-database.ts";
import { createScope, sampleEntry, sampleScope } from "./sample-records.ts";
import { commitEmpty, describeScopeLog, follow, recordsOf } from "./scope-log-acceptance.ts";

describeScopeLog("MongoDB", async () => {
  const database = ownDatabase(inject("mongodbUri"));
  const open = () => openMongodbLog({ uri: database.uri });
  return {
    open,
    openBeside: open,
    async cut(following) {
      const client = await new MongoClient(database.uri).connect();
      try {
        await killCursors(client, database.name);
        await expect(following.done).rejects.toThrow("MongoDB is unavailable while following the log");
      } finally {
        await client.close();
      }
    },
    remove: () => database.drop(),
  };
});

describe("records of one MongoDB commit", () => {
  it("may be deleted and created anew, created and changed, or created and deleted", async () => {
    const database = ownDatabase(inject("mongodbUri"));
    const log = await openMongodbLog({ uri: database.uri });
    const old = sampleScope({ name: "anew", description: "From before", revision: 1 });
    const anew = sampleScope({ name: "anew", revision: 3 });
    const plain = sampleScope({ name: "changed", revision: 2 });
    const changed = sampleScope({ name: "changed", description: "Changed at once", revision: 3 });
    const gone = sampleScope({ name: "gone", revision: 2 });
    const kind = "scope";
    await log.commit([sampleEntry(1, [createScope(old)])]);

    await log.commit([
      sampleEntry(2, [{ kind, name: old.name, before: old, after: undefined }, createScope(plain), createScope(gone)]),
      sampleEntry(3, [
        createScope(anew),
        { kind, name: plain.name, before: plain, after: changed },
        { kind, name: gone.name, before: gone, after: undefined },
      ]),
    ]);

    const records = await recordsOf(await log.load());
    expect(records).toHaveLength(2);
    expect(records).toEqual(expect.arrayContaining([anew, changed].map((record) => ({ kind, record }))));
    await log.close();
    await database.drop();
  });
});

describe("several processes on one MongoDB database", () => {
  let database: TestDatabase;

  beforeEach(() => {
    database = ownDatabase(inject("mongodbUri"));
  });

  afterEach(() => database.drop());

  it("agree on one registry id when they open it empty at the same time", async () => {
    const logs = await Promise.all(Array.from({ length: 6 }, () => openMongodbLog({ uri: database.uri })));
    expect(new Set(logs.map((log) => log.registryId)).size).toBe(1);
    await Promise.all(logs.map((log) => log.close()));
  });

  it("follow each other's commits and see them in the head", async () => {
    const [one, other] = await Promise.all([
      openMongodbLog({ uri: database.uri }),
      openMongodbLog({ uri: database.uri }),
    ]);
    const following = follow(other, 0);
    await commitEmpty(one, 1, 3);
    expect(await other.head()).toBe(3);
    await following.until(3);
    await following.end();
    await Promise.all([one.close(), other.close()]);
  });
});

describe("a MongoDB database that is changed under the log", () => {
  let database: TestDatabase;
  let log: ScopeLog;
  let client: MongoClient;

  beforeEach(async () => {
    database = ownDatabase(inject("mongodbUri"));
    log = await openMongodbLog({ uri: database.uri });
    client = await new MongoClient(database.uri).connect();
  });

  afterEach(async () => {
    await client.close();
    await log.close();
    await database.drop();
  });

  const setRegistry = (fields: Record<string, unknown>) =>
    client.db(database.name).collection<{ _id: string }>("registry").updateOne({ _id: "registry" }, { $set: fields });
  const addChanges = (...revisions: readonly number[]) =>
    client
      .db(database.name)
      .collection<{ _id: number; request_id: string }>("changes")
      .insertMany(revisions.map((revision) => ({ _id: revision, request_id: `added ${revision}` })));

  it("is noticed when it is another registry's, and is another history once that is adopted", async () => {
    await commitEmpty(log, 1, 2);
    const { registryId } = log;
    await setRegistry({ registry_id: "another", revision: Long.fromNumber(4) });
    await addChanges(3, 4);

    await expect(log.head()).rejects.toThrow(HistoryGoneError);
    await expect(log.proveHead()).rejects.toThrow(HistoryGoneError);
    const snapshot = await log.load();
    expect(snapshot.revision).toBe(4);
    expect(log.registryId).toBe(registryId);
    await recordsOf(snapshot);
    await expect(log.head()).rejects.toThrow(HistoryGoneError);
    snapshot.adopt();
    expect(log.registryId).toBe("another");
    expect(await log.head()).toBe(4);
  });

  it("is neither written to nor followed when it is another registry's, also at the same revision", async () => {
    await commitEmpty(log, 1, 2);
    await setRegistry({ registry_id: "another" });
    await expect(log.commit([sampleEntry(3)])).rejects.toThrow(HistoryGoneError);
    await expect(follow(log, 2).done).rejects.toThrow(HistoryGoneError);
    await setRegistry({ registry_id: log.registryId });
    expect(await log.head()).toBe(2);
    expect(await log.read(0, 10)).toHaveLength(2);
  });

  it.each([
    ["ends below its head", async () => void (await setRegistry({ revision: Long.fromNumber(5) }))],
    ["goes on above its head", async () => void (await addChanges(3))],
  ])("is refused when its log %s, as after a copy of several points in time", async (_what, tear) => {
    await commitEmpty(log, 1, 2);
    await tear();
    await expect(log.load()).rejects.toThrow(/restore all of it from one point in time/);
    const opening = openMongodbLog({ uri: database.uri });
    await expect(opening).rejects.toThrow(StoreSetupError);
    await expect(opening).rejects.toThrow(/says that it is at revision \d and its log ends with \d: restore all of it/);
  });
});

describe("a MongoDB change stream", () => {
  let database: TestDatabase;
  let log: ScopeLog;
  let client: MongoClient;

  beforeAll(async () => {
    client = await new MongoClient(inject("mongodbUri")).connect();
  });

  afterAll(() => client.close());

  beforeEach(async () => {
    database = ownDatabase(inject("mongodbUri"));
    log = await openMongodbLog({ uri: database.uri });
  });

  afterEach(async () => {
    await log.close();
    await database.drop();
  });

  it("is closed in MongoDB too when the follow ends", async () => {
    const following = follow(log, 0);
    await commitEmpty(log, 1, 1);
    await following.until(1);
    expect(await openCursors(client, database.name)).not.toEqual([]);
    await following.end();
    await expect.poll(() => openCursors(client, database.name), { timeout: 5_000 }).toEqual([]);
  });

  it("that MongoDB ends because the log is dropped ends the follow with an error", async () => {
    const following = follow(log, 0);
    await commitEmpty(log, 1, 1);
    await following.until(1);
    await delay(50);
    await client.db(database.name).dropCollection("changes");
    await expect(following.done).rejects.toThrow("MongoDB");
  });
});

/** The ids of the cursors that are open on the log. */
async function openCursors(client: MongoClient, database: string): Promise<unknown[]> {
  const operations = await client
    .db("admin")
    .aggregate([
      { $currentOp: { idleCursors: true, allUsers: true } },
      { $match: { "cursor.cursorId": { $exists: true }, ns: `${database}.changes` } },
    ])
    .toArray();
  return operations.map(({ cursor }) => cursor.cursorId);
}

async function killCursors(client: MongoClient, database: string): Promise<void> {
  const cursors = await openCursors(client, database);
  expect(cursors).not.toEqual([]);
  await client.db(database).command({ killCursors: "changes", cursors });
}
