import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IMPORT_ABANDONED_AFTER_MS } from "../../src/store/log-imports.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import {
  HistoryGoneError,
  ImportUnderWayError,
  ImportUnknownError,
  StoreUnavailableError,
} from "../../src/store/store-errors.ts";
import { createScope, sampleEntry, sampleScope } from "./sample-records.ts";
import { contentsOf } from "./scope-log-acceptance.ts";

describe("an import into a file that was abandoned", () => {
  let directory: string;
  let log: ScopeLog;
  let id: string;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
    log = await openSqliteLog({ directory });
    await log.commit([sampleEntry(1, [createScope(sampleScope())])]);
    id = await log.imports.begin(log.registryId, 1);
    await log.imports.append(id, { part: 0, entries: [sampleEntry(1), sampleEntry(2)], continued: true });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await log.close();
    await rm(directory, { recursive: true });
  });

  it("leaves an empty registry of its own to the next process", async () => {
    const { registryId } = log;
    await log.close();
    log = await openSqliteLog({ directory });
    expect([registryId, id]).not.toContain(log.registryId);
    expect(await contentsOf(log)).toEqual({ head: 0, entries: [], records: [] });
    await expect(log.imports.complete(id)).rejects.toThrow(ImportUnknownError);
  });

  it("is given up after a minute by who proves the head", async () => {
    vi.advanceTimersByTime(IMPORT_ABANDONED_AFTER_MS - 1);
    await expect(log.proveHead()).rejects.toThrow(StoreUnavailableError);
    vi.advanceTimersByTime(1);
    await expect(log.proveHead()).rejects.toThrow(HistoryGoneError);
    (await log.load()).adopt();
    expect(await contentsOf(log)).toEqual({ head: 0, entries: [], records: [] });
    await expect(log.imports.append(id, { part: 1, entries: [sampleEntry(2)], continued: false })).rejects.toThrow(
      ImportUnknownError,
    );
  });

  it("gives way to the next one after a minute, and has no part in it", async () => {
    vi.advanceTimersByTime(IMPORT_ABANDONED_AFTER_MS - 1);
    await expect(log.imports.begin(log.registryId, 1)).rejects.toThrow(ImportUnderWayError);
    vi.advanceTimersByTime(1);
    const next = await log.imports.begin(log.registryId, 1);
    await expect(log.imports.complete(id)).rejects.toThrow(ImportUnknownError);
    await log.imports.complete(next);
    (await log.load()).adopt();
    expect(await contentsOf(log)).toEqual({ head: 0, entries: [], records: [] });
  });
});
