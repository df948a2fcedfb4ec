import { execFile } from "node:child_process";
import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { dayOf } from "@scope-registry/client/judging";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogQuery } from "../../src/store/log-query.ts";
import { openDatabase } from "../../src/store/sqlite/open-database.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import { StoreSetupError } from "../../src/store/store-errors.ts";
import { USAGE_KEPT_DAYS } from "../../src/store/usage-store.ts";
import { earlierEntry, earlierScope, earlierServer } from "./earlier-forms.ts";
import { createScope, sampleEntry, sampleResourceServer, sampleScope } from "./sample-records.ts";
import { describeScopeLog, recordsOf } from "./scope-log-acceptance.ts";

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
    database.exec("PRAGMA user_version = 3");
    database.close();
    await expectRefusal(directory, /newer scope registry \(format 3\): start that version/);
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

describe("a file from before governance", () => {
  it("is opened with what it holds, and can be searched", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
    const database = new DatabaseSync(join(directory, "registry.sqlite"));
    database.exec(`
      CREATE TABLE registry (registry_id TEXT NOT NULL, revision INTEGER NOT NULL) STRICT;
      CREATE TABLE changes (revision INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL) STRICT;
      CREATE TABLE records (kind TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
      INSERT INTO registry VALUES ('earlier', 2);
      PRAGMA user_version = 1;
    `);
    const own = { ...earlierEntry, revision: 2, actor: "", resourceServer: "", requestId: "own", changes: [] };
    const insertChange = database.prepare("INSERT INTO changes VALUES (?, ?, ?)");
    for (const entry of [earlierEntry, own]) insertChange.run(entry.revision, entry.requestId, JSON.stringify(entry));
    const insertRecord = database.prepare("INSERT INTO records VALUES (?, ?, ?)");
    insertRecord.run("scope", earlierScope.name, JSON.stringify(earlierScope));
    insertRecord.run("resourceServer", earlierServer.name, JSON.stringify(earlierServer));
    database.close();

    const log = await openSqliteLog({ directory });
    expect(log.registryId).toBe("earlier");
    expect(await recordsOf(await log.load())).toEqual([
      { kind: "resourceServer", record: sampleResourceServer() },
      { kind: "scope", record: sampleScope() },
    ]);
    await log.commit([sampleEntry(3, [createScope(sampleScope())], { time: earlierEntry.time + 1 })]);
    const found = async (query: LogQuery) =>
      (await log.search(query, 10, Number.MAX_SAFE_INTEGER)).map(({ revision }) => revision);
    expect(await found({})).toEqual([3, 2, 1]);
    expect(await found({ scope: "invoices.read" })).toEqual([3, 1]);
    expect(await found({ scope: "billing-api" })).toEqual([]);
    expect(await found({ resourceServer: "billing-api", before: 3 })).toEqual([1]);
    expect(await found({ kinds: ["OWN_SCOPES"] })).toEqual([2]);
    expect(await found({ kinds: ["REGISTRATION"], actor: "billing-api" })).toEqual([3, 1]);
    expect(await found({ endTime: earlierEntry.time + 1 })).toEqual([2, 1]);
    await log.close();
    await rm(directory, { recursive: true });
  });
});

describe("who uses which scope, in a file", () => {
  it("is forgotten after 400 days, once further facts are noted", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
    const log = await openSqliteLog({ directory });
    const today = dayOf(Date.now());
    const use = (name: string, day: number) => ({ name, clientId: "shop", day });
    await log.usage.note([use("kept", today - USAGE_KEPT_DAYS), use("forgotten", today - USAGE_KEPT_DAYS - 1)]);
    const days = (await log.usage.read(["kept", "forgotten"], 0, 1)).map(({ lastDay }) => lastDay);
    expect(days).toEqual([today - USAGE_KEPT_DAYS, undefined]);
    await log.close();
    await rm(directory, { recursive: true });
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
