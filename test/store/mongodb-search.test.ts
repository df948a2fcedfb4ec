import { type Document, MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { LogQuery } from "../../src/store/log-query.ts";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { ownDatabase, type TestDatabase } from "../support/mongod-database.ts";
import { earlierEntryDocument, earlierScopeDocument, earlierServerDocument } from "./earlier-forms.ts";
import { createScope, sampleEntry, sampleResourceServer, sampleScope } from "./sample-records.ts";
import { recordsOf } from "./scope-log-acceptance.ts";

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

describe("a MongoDB database from before governance", () => {
  let database: TestDatabase;
  let client: MongoClient;
  let log: ScopeLog;

  beforeEach(async () => {
    database = ownDatabase(inject("mongodbUri"));
    client = new MongoClient(database.uri);
    const db = client.db(database.name);
    await db
      .collection<Document>("registry")
      .insertOne({ _id: "registry" as never, registry_id: "earlier", revision: 2, format: 1 });
    await db.collection<Document>("scopes").insertOne(earlierScopeDocument as never);
    await db.collection<Document>("resource_servers").insertOne(earlierServerDocument as never);
    const own = { ...earlierEntryDocument, _id: 2, actor: "", resource_server: "", request_id: "own", changes: [] };
    await db.collection<Document>("changes").insertMany([earlierEntryDocument, own] as never[]);
    log = await openMongodbLog({ uri: database.uri });
  });

  afterEach(async () => {
    await log.close();
    await client.close();
    await database.drop();
  });

  it("is opened with what it holds, and is of the new format from then on", async () => {
    expect(log.registryId).toBe("earlier");
    expect(await recordsOf(await log.load())).toEqual([
      { kind: "resourceServer", record: sampleResourceServer() },
      { kind: "scope", record: sampleScope() },
    ]);
    const registry = client.db(database.name).collection<{ _id: string }>("registry");
    expect(await registry.findOne({ _id: "registry" })).toMatchObject({ format: 2 });
  });

  it.each<[LogQuery, number[]]>([
    [{}, [3, 2, 1]],
    [{ resourceServer: "billing-api" }, [3, 1]],
    [{ scope: "invoices.read" }, [3, 1]],
    [{ kinds: ["REGISTRATION"] }, [3, 1]],
    [{ kinds: ["OWN_SCOPES"] }, [2]],
    [{ kinds: ["GRANT"] }, []],
  ])("finds its entries and new ones by %j", async (query, revisions) => {
    const { name, ...scope } = sampleScope();
    const after = { name, ...scope, description: "Changed since" };
    await log.commit([sampleEntry(3, [{ kind: "scope", name, before: sampleScope(), after }])]);
    expect((await log.search(query, 10, UNBOUNDED)).map(({ revision }) => revision)).toEqual(revisions);
  });
});

describe("searching a long log in MongoDB", () => {
  it("reads no more than what it finds, by whatever it is searched", async () => {
    const database = ownDatabase(inject("mongodbUri"));
    const log = await openMongodbLog({ uri: database.uri });
    const client = new MongoClient(database.uri);
    const names = Array.from({ length: 500 }, (_, at) => `s${at}`);
    await log.commit(
      names.map((name, at) => {
        const owner = `api-${at}`;
        const fields = { actor: owner, resourceServer: owner, kind: at === 7 ? "TRANSFER" : "REGISTRATION" } as const;
        return sampleEntry(at + 1, [createScope(sampleScope({ name, owner }))], fields);
      }),
    );
    const queries: LogQuery[] = [
      { scope: "s7" },
      { resourceServer: "api-7", before: 400 },
      { actor: "api-7" },
      { kinds: ["TRANSFER", "GRANT"] },
      { startTime: 1_700_000_000_008, endTime: 1_700_000_000_009 },
    ];
    const admin = client.db(database.name);
    await admin.command({ profile: 2 });
    for (const query of queries) {
      expect((await log.search(query, 100, UNBOUNDED)).map(({ revision }) => revision)).toEqual([8]);
    }
    await admin.command({ profile: 0 });
    const profiled = await admin
      .collection("system.profile")
      .find({ ns: `${database.name}.changes`, op: "query" })
      .toArray();
    expect(profiled).toHaveLength(queries.length);
    for (const { docsExamined, keysExamined } of profiled) {
      expect(docsExamined).toBeLessThan(10);
      expect(keysExamined).toBeLessThan(20);
    }
    await Promise.all([log.close(), client.close()]);
    await database.drop();
  });
});
