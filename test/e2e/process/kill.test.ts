import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { openMongodbLog } from "../../../src/store/mongodb/mongodb-log.ts";
import { openSqliteLog } from "../../../src/store/sqlite/sqlite-log.ts";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { startStorm } from "../../support/registration-storm.ts";
import { startServer } from "../../support/server-process.ts";
import { expectKept, judgeListing } from "../../support/storm-verdict.ts";

/** After how many acknowledged registrations the server is killed. */
const UNTIL_KILL = 150;
const PATIENCE = { forMs: 10_000 };

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "scope-registry-kill-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

describe("a server killed in the middle of a storm of registrations", () => {
  it("has lost none that it acknowledged and stored none by half, on SQLite", async () => {
    await using killed = await startServer({ dataDir });
    const storm = await startStorm(killed, "storm", "end");
    await storm.untilAcknowledged(UNTIL_KILL, PATIENCE);
    await killed.stop("SIGKILL");
    await storm.stop();

    await using restarted = await startServer({ dataDir });
    expect(await judgeListing(restarted, storm.acknowledged)).toEqual({ lost: [], halves: [] });
    const more = await startStorm(restarted, "later", "end");
    await more.untilAcknowledged(20, PATIENCE);
    await restarted.stop();
    await more.stop();
    await expectKept(await openSqliteLog({ directory: dataDir }), [...storm.acknowledged, ...more.acknowledged]);
  });

  describe("on MongoDB", () => {
    let database: TestDatabase;

    beforeEach(() => {
      database = ownDatabase(inject("mongodbUri"));
    });

    afterEach(async () => {
      await database.drop();
    });

    it("has lost none and stored none by half, and other servers go on", async () => {
      const options = { dataDir, mongodbUri: database.uri };
      await using killed = await startServer(options);
      await using other = await startServer(options);
      const storm = await startStorm(killed, "storm", "end");
      const otherStorm = await startStorm(other, "other", "goOn");
      await storm.untilAcknowledged(UNTIL_KILL, PATIENCE);
      await killed.stop("SIGKILL");
      const atKill = otherStorm.acknowledged.length;
      await storm.stop();
      await otherStorm.untilAcknowledged(atKill + UNTIL_KILL, PATIENCE);
      await otherStorm.stop();
      expect(otherStorm.failures).toEqual([]);

      await using restarted = await startServer(options);
      const acknowledged = [...storm.acknowledged, ...otherStorm.acknowledged];
      expect(await judgeListing(other, acknowledged)).toEqual({ lost: [], halves: [] });
      expect(await judgeListing(restarted, acknowledged)).toEqual({ lost: [], halves: [] });
      await expectKept(await openMongodbLog({ uri: database.uri }), acknowledged);
    });
  });
});
