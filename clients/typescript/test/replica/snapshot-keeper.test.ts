import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readSnapshotFile, type SavedSnapshot } from "../../src/replica/snapshot-file.ts";
import { keepSnapshotFile, type SnapshotKeeper } from "../../src/replica/snapshot-keeper.ts";

describe("keeping the snapshot file", () => {
  let folder: string;
  let path: string;
  let snapshot: SavedSnapshot | undefined;
  let keeper: SnapshotKeeper;
  let written: number;
  let failures: number[];
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    folder = join(await mkdtemp(join(tmpdir(), "scope-registry-keeper-")), "folder");
    path = join(folder, "scopes");
    snapshot = { registryId: "registry", revision: 1, owner: "", resource: "", scopes: [], clients: [] };
    written = 0;
    failures = [];
    keeper = keepSnapshotFile(path, () => snapshot, {
      onWritten: () => {
        written += 1;
      },
      onFailure: (_error, retryInMs) => void failures.push(retryInMs),
    });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await keeper.close();
    await rm(join(folder, ".."), { recursive: true });
  });

  it("writes changes of a second at once, and each again", async () => {
    await mkdir(folder);
    keeper.changed();
    keeper.changed();
    vi.advanceTimersByTime(999);
    expect(written).toBe(0);
    vi.advanceTimersByTime(1);
    await until(() => written === 1);
    snapshot = { registryId: "registry", revision: 2, owner: "", resource: "", scopes: [], clients: [] };
    keeper.changed();
    vi.advanceTimersByTime(1_000);
    await until(() => written === 2);
    expect(await readSnapshotFile(path)).toEqual(snapshot);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("tries again ten seconds after a failure, as it says, until it succeeds", async () => {
    keeper.changed();
    vi.advanceTimersByTime(1_000);
    await until(() => failures.length === 1);
    await until(() => vi.getTimerCount() === 1);
    vi.advanceTimersByTime(9_999);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    await until(() => failures.length === 2);
    expect(failures).toEqual([10_000, 10_000]);
    await until(() => vi.getTimerCount() === 1);
    await mkdir(folder);
    vi.advanceTimersByTime(10_000);
    await until(() => written === 1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("writes now and then although nothing changes, so that the file does not look old", async () => {
    await mkdir(folder);
    keeper.current();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(600_001);
    keeper.current();
    vi.advanceTimersByTime(1_000);
    await until(() => written === 1);
    keeper.current();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("writes a last time when it is closed, and leaves no timer", async () => {
    await mkdir(folder);
    keeper.changed();
    const closing = keeper.close();
    await keeper.close();
    expect(written).toBe(1);
    expect(await readSnapshotFile(path)).toEqual(snapshot);
    await closing;
    expect(written).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    keeper.changed();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("writes nothing where there is no state, and tells of no retry once it is closed", async () => {
    snapshot = undefined;
    await keeper.close();
    expect([written, failures]).toEqual([0, []]);
    const late = keepSnapshotFile(
      path,
      () => ({ registryId: "r", revision: 1, owner: "", resource: "", scopes: [], clients: [] }),
      {
        onWritten: () => undefined,
        onFailure: (_error, retryInMs) => void failures.push(retryInMs),
      },
    );
    await late.close();
    expect(failures).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Waits for what the disk does, which no clock tells: the test's own waiting would move the clock on. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn++) {
    if (turn > 200_000) throw new Error("Waited in vain");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
