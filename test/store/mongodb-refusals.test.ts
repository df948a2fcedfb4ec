import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import { StoreSetupError } from "../../src/store/store-errors.ts";
import { type Mongod, startMongod } from "../support/mongod.ts";
import { ownDatabase, withDatabase } from "../support/mongod-database.ts";
import { sampleEntry } from "./sample-records.ts";
import { commitEmpty, follow } from "./scope-log-acceptance.ts";

const PASSWORD = "correct-horse-battery-staple";

describe("opening the log in MongoDB", () => {
  it.each([
    "postgres://db.example.com/registry",
    `mongodb://someone:${PASSWORD}@db.example.com:port/registry`,
    `mongodb://someone:${PASSWORD}@/registry`,
    `mongodb://db.example.com/registry?password=${PASSWORD}&unknownOption=1`,
    "",
  ])("refuses the URI %j without repeating it", async (uri) => {
    const error = await refusalOf(uri);
    expect(error.message).toMatch(/^SCOPE_REGISTRY_MONGODB_URI is not a MongoDB URI: write it like mongodb:\/\//);
    expect(error.cause).toBeUndefined();
  });

  it("refuses a port where nothing listens", async () => {
    const error = await refusalOf(`mongodb://someone:${PASSWORD}@127.0.0.1:1/registry`);
    expect(error.message).toBe(
      "MongoDB at 127.0.0.1:1 cannot be reached: start it, or correct SCOPE_REGISTRY_MONGODB_URI",
    );
  });

  it("refuses the name of another replica set", async () => {
    const uri = new URL(inject("mongodbUri"));
    uri.searchParams.set("replicaSet", "another");
    const error = await refusalOf(uri.href);
    expect(error.message).toMatch(/does not belong to the replica set another: correct replicaSet/);
  });

  it("refuses a database of a newer format", async () => {
    const database = ownDatabase(inject("mongodbUri"));
    await (await openMongodbLog({ uri: database.uri })).close();
    await withClient(database.uri, (client) =>
      client
        .db(database.name)
        .collection<{ _id: string }>("registry")
        .updateOne({ _id: "registry" }, { $set: { format: 3 } }),
    );
    expect((await refusalOf(database.uri)).message).toBe(
      `The database ${database.name} was written by a newer scope registry (format 3): start that version or newer`,
    );
    await database.drop();
  });

  it("takes the database scope_registry where the URI names none", async () => {
    const mongod = await startMongod();
    await (await openMongodbLog({ uri: mongod.uri })).close();
    const names = await withClient(mongod.uri, async (client) => {
      const { databases } = await client.db().admin().listDatabases();
      return databases.map(({ name }) => name);
    });
    expect(names).toContain("scope_registry");
    await mongod.stop();
  });

  it("refuses a standalone server", async () => {
    const mongod = await startMongod({ replSet: null });
    expect((await refusalOf(withDatabase(mongod.uri, "registry"))).message).toMatch(
      /is a standalone server, which has no transactions: start it with --replSet rs0 and run rs\.initiate\(\) once$/,
    );
    await mongod.stop();
  });

  it("refuses a replica set that is not set up", async () => {
    const mongod = await startMongod({ initiate: false });
    expect((await refusalOf(mongod.uri)).message).toMatch(
      /is a replica set that is not set up: run rs\.initiate\(\) once$/,
    );
    await mongod.stop();
  });
});

describe("opening the log in a MongoDB with access control", () => {
  let directory: string;
  let mongod: Mongod;

  const uriOf = (user: string, password = PASSWORD) =>
    withDatabase(mongod.uri.replace("//", `//${user}:${password}@`), "registry").concat("&authSource=admin");

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "scope-registry-keyfile-"));
    const keyFile = join(directory, "key");
    await writeFile(keyFile, "c2NvcGUtcmVnaXN0cnktdGVzdHM=", { mode: 0o600 });
    mongod = await startMongod({ args: ["--auth", "--keyFile", keyFile] });
    await withClient(mongod.uri, (client) =>
      client.db("admin").command({ createUser: "root", pwd: PASSWORD, roles: ["root"] }),
    );
    await withClient(uriOf("root"), async (client) => {
      const admin = client.db("admin");
      const grants = {
        owner: [{ role: "readWrite", db: "registry" }],
        reader: [{ role: "read", db: "registry" }],
        elsewhere: [{ role: "readWrite", db: "other" }],
      };
      for (const [user, roles] of Object.entries(grants)) {
        await admin.command({ createUser: user, pwd: PASSWORD, roles });
      }
    });
  });

  afterAll(async () => {
    await mongod.stop();
    await rm(directory, { recursive: true });
  });

  it("needs nothing more than readWrite on the database", async () => {
    const log = await openMongodbLog({ uri: uriOf("owner") });
    const following = follow(log, 0);
    await commitEmpty(log, 1, 2);
    await following.until(2);
    await following.end();
    expect((await log.load()).revision).toBe(2);
    expect(await log.head()).toBe(2);
    expect(await log.search({ actor: "billing-api" }, 10, 1_000_000)).toHaveLength(2);
    await log.usage.note([{ name: "a", clientId: "shop", day: 1 }]);
    expect(await log.usage.read(["a"], 0, 1)).toEqual([{ name: "a", lastDay: 1, clientIds: ["shop"] }]);
    const id = await log.imports.begin(log.registryId, 2);
    await log.imports.append(id, { part: 0, entries: [sampleEntry(1)], continued: false });
    await log.imports.complete(id);
    await log.close();
  });

  it("ends a transaction that a killed process left open, with no more rights", async () => {
    const log = await openMongodbLog({ uri: uriOf("owner") });
    const head = await log.head();
    const client = new MongoClient(uriOf("owner"), { appName: "scope-registry" });
    const session = client.startSession();
    session.startTransaction();
    await client
      .db("registry")
      .collection<{ _id: string }>("registry")
      .updateOne({ _id: "registry" }, { $inc: { revision: 1 } }, { session });
    await commitEmpty(log, head + 1, head + 1);
    expect(await log.head()).toBe(head + 1);
    await client.close();
    await log.close();
  });

  it.each(["reader", "elsewhere"])("refuses the user %s, who may not write there", async (user) => {
    expect((await refusalOf(uriOf(user))).message).toBe(
      "The user in SCOPE_REGISTRY_MONGODB_URI may not use the database registry: grant it the role readWrite on registry",
    );
  });

  it("refuses a URI without a user", async () => {
    expect((await refusalOf(withDatabase(mongod.uri, "registry"))).message).toMatch(/grant it the role readWrite/);
  });

  it("refuses a wrong password", async () => {
    expect((await refusalOf(uriOf("owner", "wrong-password"))).message).toMatch(
      /does not accept the user and password: correct them, or authSource, in SCOPE_REGISTRY_MONGODB_URI$/,
    );
  });
});

/** How opening fails; its message must be free of secrets. */
async function refusalOf(uri: string): Promise<StoreSetupError> {
  const refusal = await openMongodbLog({ uri }).then(
    async (log) => {
      await log.close();
      return expect.unreachable("the log was opened");
    },
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(StoreSetupError);
  const error = refusal as StoreSetupError;
  expect(error.message).not.toMatch(/correct-horse|wrong-password/);
  expect(error.message).not.toContain("\n");
  return error;
}

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
