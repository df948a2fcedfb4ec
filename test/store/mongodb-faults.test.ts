import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { LogEntry, ScopeLog } from "../../src/store/scope-log.ts";
import { RevisionTakenError, STORE_TIMEOUT_MS, StoreUnavailableError } from "../../src/store/store-errors.ts";
import { type Mongod, startMongod, WITH_FAIL_POINTS } from "../support/mongod.ts";
import { createScope, sampleEntry, sampleScope } from "./sample-records.ts";
import { commitEmpty, foldOf, follow, recordsOf } from "./scope-log-acceptance.ts";

/** Twice the promised bound: these tests are about waiting for ever, not about speed. */
const BOUND_MS = 2 * STORE_TIMEOUT_MS;

describe("the log while MongoDB fails", { timeout: 60_000 }, () => {
  let mongod: Mongod;
  let log: ScopeLog;

  beforeEach(async () => {
    mongod = await startMongod({ args: WITH_FAIL_POINTS });
    log = await openMongodbLog({ uri: mongod.uri });
  });

  afterEach(async () => {
    await log.close();
    await mongod.stop();
  });

  it("keeps every acknowledged entry, whole, when mongod is killed in the middle of commits", async () => {
    const acknowledged: LogEntry[] = [];
    const storm = Array.from({ length: 8 }, (_, committer) => commitUntilFailure(log, committer, acknowledged));
    while (acknowledged.length < 100) {
      await delay(5);
    }
    await mongod.kill("SIGKILL");
    for (const failure of await Promise.all(storm)) {
      expect(failure).toBeInstanceOf(StoreUnavailableError);
    }
    await mongod.restart();
    await log.close();
    log = await openMongodbLog({ uri: mongod.uri });
    const entries = await log.read(0, 10_000);
    expect(entries.map((entry) => entry.revision)).toEqual(entries.map((_, index) => index + 1));
    expect(entries).toEqual(expect.arrayContaining(acknowledged));
    expect(await log.head()).toBe(entries.length);
    expect(await recordsOf(await log.load())).toEqual(foldOf(entries));
  });

  it("says within its bound that it is unavailable while mongod is down, and goes on when it is back", async () => {
    await commitEmpty(log, 1, 1);
    const following = follow(log, 0);
    await following.until(1);
    await mongod.kill("SIGKILL");
    await expectUnavailable(log);
    await expect(following.done).rejects.toThrow(StoreUnavailableError);
    await mongod.restart();
    await commitEmpty(log, 2, 2);
    expect(await log.head()).toBe(2);
  });

  it("says within its bound that it is unavailable while mongod hangs, and goes on when it is back", async () => {
    await commitEmpty(log, 1, 1);
    const following = follow(log, 0);
    await following.until(1);
    await mongod.kill("SIGSTOP");
    await expectUnavailable(log);
    await expect(following.done).rejects.toThrow(StoreUnavailableError);
    await mongod.kill("SIGCONT");
    await expect.poll(() => log.head().catch(() => 0), { timeout: BOUND_MS }).toBe(1);
    await commitEmpty(log, 2, 2);
    expect(await log.read(0, 10)).toHaveLength(2);
  });

  it("commits once when the answer to a commit is lost", async () => {
    await failCommitTransaction(mongod, { times: 2 });
    await commitEmpty(log, 1, 1);
    expect(await log.head()).toBe(1);
    expect(await log.read(0, 10)).toHaveLength(1);
  });

  it("imports once when the answers are lost", async () => {
    await commitEmpty(log, 1, 1);
    await failCommitTransaction(mongod, { times: 2 });
    const id = await log.imports.begin(log.registryId, 1);
    const entries = [sampleEntry(1, [createScope(sampleScope())]), sampleEntry(2)];
    await failCommitTransaction(mongod, { times: 2 });
    expect(await log.imports.append(id, { part: 0, entries, continued: false })).toBe(2);
    await log.imports.complete(id);
    (await log.load()).adopt();
    expect(await log.read(0, 10)).toEqual(entries);
  });

  it("says that the outcome is unknown when no answer to a commit is to be had", async () => {
    await failCommitTransaction(mongod, "alwaysOn");
    const doubtful = sampleEntry(1);
    const failure = await log.commit([doubtful]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure).toMatchObject({ outcome: "unknown" });
    await failCommitTransaction(mongod, "off");
    // Unknown is unknown: the driver's last try may still land, so the next commit goes on top of whatever there is.
    const next = { ...sampleEntry(1), requestId: randomUUID() };
    await expect.poll(() => commitOnTop(log, next).catch((error: unknown) => error)).toBeUndefined();
    const requests = (await log.read(0, 10)).map(({ requestId }) => requestId);
    expect([[next.requestId], [doubtful.requestId, next.requestId]]).toContainEqual(requests);
  });

  it("goes on after the primary has stepped down", async () => {
    await commitEmpty(log, 1, 1);
    await mongod.command({ replSetStepDown: 1, force: true });
    await expect.poll(() => log.head().catch(() => 0), { timeout: 3 * BOUND_MS }).toBe(1);
    await commitEmpty(log, 2, 2);
  });
});

/** Commits one entry after the other on top of the log, until the store fails. */
async function commitUntilFailure(log: ScopeLog, committer: number, acknowledged: LogEntry[]): Promise<unknown> {
  let revision = 0;
  for (let round = 0; ; round += 1) {
    revision += 1;
    const names = [`s${committer}.${round}.a`, `s${committer}.${round}.b`];
    const entry = sampleEntry(
      revision,
      names.map((name) => createScope(sampleScope({ name, revision }))),
    );
    try {
      await log.commit([entry]);
      acknowledged.push(entry);
    } catch (error) {
      if (!(error instanceof RevisionTakenError)) {
        return error;
      }
      try {
        revision = await log.head();
      } catch (failure) {
        return failure;
      }
    }
  }
}

async function commitOnTop(log: ScopeLog, entry: LogEntry): Promise<void> {
  await log.commit([{ ...entry, revision: (await log.head()) + 1 }]);
}

async function expectUnavailable(log: ScopeLog): Promise<void> {
  const calls = [log.head(), log.read(0, 1), log.load(), log.commit([sampleEntry(2)])];
  const results = await Promise.race([Promise.allSettled(calls), delay(BOUND_MS)]);
  expect(results).toHaveLength(calls.length);
  for (const result of results ?? []) {
    expect(result).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailableError) });
  }
}

function failCommitTransaction(mongod: Mongod, mode: "alwaysOn" | "off" | { times: number }): Promise<unknown> {
  const data = { failCommands: ["commitTransaction"], closeConnection: true };
  return mongod.command({ configureFailPoint: "failCommand", mode, data });
}
