import { execFile } from "node:child_process";
import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/store/sqlite/open-database.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import { StoreSetupError } from "../../src/store/store-errors.ts";
import { createScope, sampleEntry, sampleScope } from "./sample-records.ts";
import { describeScopeLog } from "./scope-log-acceptance.ts";

/** What SQLite calls `synchronous=FULL`. */
const SYNCHRONOUS_FULL = 2;

describeScopeLog("SQLite", async () => {
  const directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
  return {
    open: () => openSqliteLog({ directory }),
    openBeside: async (log) => log,
    // A file has no connection that could break.
    cut: (following) => following.end(),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
});

describe("opening the log in a folder", () => {
  let parent: string;
  let directory: string;
  let file: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
    directory = join(parent, "data");
    file = join(directory, "registry.sqlite");
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  it("makes the folder and its files for their owner only", async () => {
    const log = await openSqliteLog({ directory });
    await log.commit([sampleEntry(1)]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600);
    expect(log.description).toMatch(/^SQLite 3\.\d+\.\d+ in /);
    await log.close();
  });

  it("writes ahead, and through to the disk before a commit returns", async () => {
    const database = openDatabase(directory);
    try {
      expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
      expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: SYNCHRONOUS_FULL });
    } finally {
      database.close();
    }
  });

  it("refuses a folder that is in use, and leaves its user undisturbed", async () => {
    const log = await openSqliteLog({ directory });
    await expect(openSqliteLog({ directory })).rejects.toThrow(
      new StoreSetupError(
        `The folder ${directory} is in use by another process: end that one, or set SCOPE_REGISTRY_DATA_DIR to another folder`,
      ),
    );
    await log.commit([sampleEntry(1)]);
    expect(await log.head()).toBe(1);
    await log.close();
    const next = await openSqliteLog({ directory });
    expect(await next.head()).toBe(1);
    await next.close();
  });

  it("refuses a folder that cannot be made", async () => {
    await writeFile(directory, "a file where the folder should be");
    await expectRefusal(directory, /cannot be written: .*SCOPE_REGISTRY_DATA_DIR/);
  });

  it("refuses a file of a newer format", async () => {
    await (await openSqliteLog({ directory })).close();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 2");
    database.close();
    await expectRefusal(directory, /newer scope registry \(format 2\): start that version/);
  });

  it("refuses a file that is no database", async () => {
    await (await openSqliteLog({ directory })).close();
    await writeFile(file, "no database ".repeat(1_000));
    await expectRefusal(directory, /is damaged: put a backup in its place/);
  });

  it("refuses a file with damaged pages", async () => {
    const log = await openSqliteLog({ directory });
    const scopes = Array.from({ length: 1_000 }, (_, index) => sampleScope({ name: `s${index}` }));
    await log.commit([sampleEntry(1, scopes.map(createScope))]);
    await log.close();
    const handle = await open(file, "r+");
    await handle.write(Buffer.alloc(16_384, 0x5a), 0, 16_384, 40_960);
    await handle.close();
    await expectRefusal(directory, /is damaged: put a backup in its place/);
  });
});

describe("the log in a folder whose disk is full", () => {
  it("says that it is unavailable, keeps what it acknowledged, and goes on when there is room again", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
    const script = join(import.meta.dirname, "fill-sqlite-log.ts");
    // No file may grow beyond 512 blocks of 512 bytes, which is to a program as a full disk.
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      'ulimit -f 512 && exec "$0" --conditions=scope-registry-source "$1" "$2"',
      ...[process.execPath, script, directory],
    ]);
    const { acknowledged, failure } = JSON.parse(stdout);
    expect(failure).toMatchObject({ name: "StoreUnavailableError" });
    expect(acknowledged).toBeGreaterThan(0);
    const log = await openSqliteLog({ directory });
    expect(await log.head()).toBe(acknowledged);
    await log.commit([sampleEntry(acknowledged + 1)]);
    await log.close();
    await rm(directory, { recursive: true });
  });
});

async function expectRefusal(directory: string, message: RegExp): Promise<void> {
  const opening = openSqliteLog({ directory });
  await expect(opening).rejects.toThrow(StoreSetupError);
  await expect(opening).rejects.toThrow(message);
}
