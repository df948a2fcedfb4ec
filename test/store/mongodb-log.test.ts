import { setTimeout as delay } from "node:timers/promises";
import { Long, MongoClient } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { HistoryGoneError } from "../../src/store/store-errors.ts";
import { ownDatabase, type TestDatabase } from "../support/mongod-database.ts";
import { commitEmpty, describeScopeLog, follow } from "./scope-log-acceptance.ts";

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

describe("a MongoDB database that is replaced by another registry's", () => {
  it("is noticed though its log is longer, and is another history once it is loaded", async () => {
    const database = ownDatabase(inject("mongodbUri"));
    const log = await openMongodbLog({ uri: database.uri });
    const client = await new MongoClient(database.uri).connect();
    try {
      await commitEmpty(log, 1, 2);
      const replacement = { registry_id: "another", revision: Long.fromNumber(7) };
      const registry = client.db(database.name).collection<{ _id: string }>("registry");
      await registry.updateOne({ _id: "registry" }, { $set: replacement });

      await expect(log.head()).rejects.toThrow(HistoryGoneError);
      await expect(log.proveHead()).rejects.toThrow(HistoryGoneError);
      expect((await log.load()).revision).toBe(7);
      expect(log.registryId).toBe("another");
      expect(await log.head()).toBe(7);
    } finally {
      await client.close();
      await log.close();
      await database.drop();
    }
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
