import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dayOf } from "@scope-registry/client/judging";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createUsageRecorder, type UsageRecorder } from "../../src/registry/usage-recorder.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import { StoreUnavailableError } from "../../src/store/store-errors.ts";
import type { ScopeUse, UsageStore } from "../../src/store/usage-store.ts";

const MORNING = Date.parse("2026-11-26T08:00:00Z");
const TODAY = dayOf(MORNING);
const DAY_MS = 24 * 60 * 60 * 1_000;

describe("the usage recorder", () => {
  let directory: string;
  let log: ScopeLog;
  let written: ScopeUse[][];
  let failure: Error | undefined;
  let problems: unknown[];
  let recorder: UsageRecorder;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scope-registry-usage-"));
    log = await openSqliteLog({ directory });
    vi.useFakeTimers({ now: MORNING });
    written = [];
    problems = [];
    failure = undefined;
    // The real store, which can be made to fail.
    const usage: UsageStore = {
      async note(uses) {
        if (failure !== undefined) throw failure;
        written.push([...uses]);
        await log.usage.note(uses);
      },
      async forget(names) {
        if (failure !== undefined) throw failure;
        await log.usage.forget(names);
      },
      read: (names, since, limit) => log.usage.read(names, since, limit),
    };
    recorder = createUsageRecorder({ usage, onProblem: (error) => problems.push(error) });
  });

  afterEach(async () => {
    await recorder.close();
    vi.useRealTimers();
    await log.close();
    await rm(directory, { recursive: true });
  });

  const lastDayOf = async (name: string) => (await log.usage.read([name], 0, 10))[0]?.lastDay;

  it("writes every ten seconds what it was told, each fact once a day", async () => {
    recorder.record("shop", ["a", "b"]);
    recorder.record("shop", ["a"]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(await lastDayOf("a")).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await log.usage.read(["a", "b"], TODAY, 10)).toEqual([
      { name: "a", lastDay: TODAY, clientIds: ["shop"] },
      { name: "b", lastDay: TODAY, clientIds: ["shop"] },
    ]);
    recorder.record("shop", ["a", "b"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(DAY_MS);
    recorder.record("shop", ["a"]);
    await recorder.flush();
    expect(written.at(-1)).toEqual([{ name: "a", clientId: "shop", day: TODAY + 1 }]);
  });

  it("takes in what was counted elsewhere, with its day", async () => {
    recorder.note([{ name: "a", clientId: "", day: TODAY - 3 }]);
    await recorder.flush();
    expect(await lastDayOf("a")).toBe(TODAY - 3);
  });

  it("keeps what could not be written, tells of it once, and writes it when the store is back", async () => {
    failure = new StoreUnavailableError("The store is away");
    recorder.record("shop", ["a"]);
    await expect(recorder.flush()).rejects.toThrow(failure);
    recorder.record("shop", ["b"]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(problems).toEqual([failure]);
    failure = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([await lastDayOf("a"), await lastDayOf("b")]).toEqual([TODAY, TODAY]);
    failure = new StoreUnavailableError("The store is away again");
    recorder.record("shop", ["c"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(problems).toHaveLength(2);
  });

  it("drops pairs beyond 50,000 between two writes, and takes them in afterwards", async () => {
    const names = Array.from({ length: 50_001 }, (_, at) => `s${at}`);
    recorder.record("shop", names);
    await recorder.flush();
    expect(written[0]).toHaveLength(50_000);
    recorder.record("shop", ["s50000"]);
    await recorder.flush();
    expect(written[1]).toEqual([{ name: "s50000", clientId: "shop", day: TODAY }]);
  });

  it("forgets scopes that were noted, written or not, and writes them when they are used again", async () => {
    recorder.record("shop", ["a", "b"]);
    await recorder.flush();
    recorder.record("kiosk", ["a"]);
    await recorder.forget(["a"]);
    await recorder.flush();
    expect([await lastDayOf("a"), await lastDayOf("b")]).toEqual([undefined, TODAY]);
    recorder.record("shop", ["a", "b"]);
    await recorder.flush();
    expect(written.at(-1)).toEqual([{ name: "a", clientId: "shop", day: TODAY }]);
  });

  it("forgets also what is just being written, whether that succeeds or fails", async () => {
    recorder.record("shop", ["a"]);
    await Promise.all([recorder.flush(), recorder.forget(["a"])]);
    expect(written).toHaveLength(1);
    expect(await lastDayOf("a")).toBeUndefined();
    failure = new StoreUnavailableError("The store is away");
    recorder.record("shop", ["a"]);
    const writing = recorder.flush();
    const forgetting = recorder.forget(["a"]);
    await expect(writing).rejects.toThrow(failure);
    await expect(forgetting).rejects.toThrow(failure);
    failure = undefined;
    await recorder.flush();
    expect(await lastDayOf("a")).toBeUndefined();
  });

  it("writes a last time when it is closed, and leaves no timer", async () => {
    recorder.record("shop", ["a"]);
    await recorder.close();
    expect(await lastDayOf("a")).toBe(TODAY);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not wait for ever for a store that does not answer when it is closed", async () => {
    const stuck = createUsageRecorder({
      usage: { ...log.usage, note: () => new Promise(() => undefined) },
      onProblem: (error) => problems.push(error),
    });
    stuck.record("shop", ["a"]);
    const closing = stuck.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    expect(vi.getTimerCount()).toBe(1);
  });
});
