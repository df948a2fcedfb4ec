import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openMongodbLog } from "../../../src/store/mongodb/mongodb-log.ts";
import { type Mongod, startMongod } from "../../support/mongod.ts";
import { withDatabase } from "../../support/mongod-database.ts";
import { startStorm } from "../../support/registration-storm.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { expectKept, judgeListing } from "../../support/storm-verdict.ts";

const STEP_DOWN_SECONDS = 2;

let mongod: Mongod;
let mongodbUri: string;
let server: ServerProcess;

beforeAll(async () => {
  mongod = await startMongod();
  mongodbUri = withDatabase(mongod.uri, "registry");
  server = await startServer({ mongodbUri });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await mongod.stop();
});

describe("a primary that steps down in the middle of a storm of registrations", () => {
  it("loses nothing that was acknowledged, and registering goes on by itself", async () => {
    const storm = await startStorm(server, "storm", "goOn");
    await storm.untilAcknowledged(100);
    await mongod.command({ replSetStepDown: STEP_DOWN_SECONDS, force: true });
    await storm.untilAcknowledged(storm.acknowledged.length + 200);
    await storm.stop();

    expect(await judgeListing(server, storm.acknowledged)).toEqual({ lost: [], halves: [] });
    await expectKept(await openMongodbLog({ uri: mongodbUri }), storm.acknowledged);
  });
});
