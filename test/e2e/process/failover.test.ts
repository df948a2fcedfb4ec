import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openMongodbLog } from "../../../src/store/mongodb/mongodb-log.ts";
import { withDatabase } from "../../support/mongod-database.ts";
import { startStorm } from "../../support/registration-storm.ts";
import { type ReplicaSet, startReplicaSet } from "../../support/replica-set.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { expectKept, judgeListing } from "../../support/storm-verdict.ts";
import { waitUntil } from "../../support/wait-until.ts";

const PATIENCE = { forMs: 60_000 };

let replicaSet: ReplicaSet;
let mongodbUri: string;
let written: ServerProcess;
let other: ServerProcess;

beforeAll(async () => {
  replicaSet = await startReplicaSet();
  mongodbUri = withDatabase(replicaSet.uri, "registry");
  written = await startServer({ mongodbUri });
  other = await startServer({ mongodbUri, dataDir: written.dataDir });
}, 120_000);

afterAll(async () => {
  await other?.[Symbol.asyncDispose]();
  await written?.[Symbol.asyncDispose]();
  await replicaSet?.stop();
});

describe("a primary of three that is killed in the middle of a storm of registrations", () => {
  it("loses nothing that was acknowledged, on any server, also when it comes back", async () => {
    const storm = await startStorm(written, "storm", "goOn");
    await storm.untilAcknowledged(200, PATIENCE);
    const killed = await replicaSet.killPrimary();
    await storm.untilAcknowledged(storm.acknowledged.length + 200, PATIENCE);
    // What it had written for itself alone is rolled back.
    await killed.restart();
    await replicaSet.untilHealthy();
    await storm.untilAcknowledged(storm.acknowledged.length + 200, PATIENCE);
    await storm.stop();

    expect(await judgeListing(written, storm.acknowledged)).toEqual({ lost: [], halves: [] });
    await waitUntil("the other server has followed", async () => {
      const { lost } = await judgeListing(other, storm.acknowledged);
      return lost.length === 0;
    });
    await expectKept(await openMongodbLog({ uri: mongodbUri }), storm.acknowledged);
  }, 180_000);
});
