/** What every implementation of `ScopeLog` promises, as tests through the interface. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type KindedRecord,
  type LogEntry,
  type LogSnapshot,
  REGISTRY_POLICY_NAME,
  type RecordChange,
  type ScopeLog,
} from "../../src/store/scope-log.ts";
import { RevisionTakenError, StoreUnavailableError } from "../../src/store/store-errors.ts";
import { describeImports } from "./imports-acceptance.ts";
import {
  createScope,
  sampleClient,
  sampleEntry,
  sampleRegistryPolicy,
  sampleReservedName,
  sampleResourceServer,
  sampleScope,
} from "./sample-records.ts";
import { describeSearch } from "./search-acceptance.ts";
import { describeUsage } from "./usage-acceptance.ts";

/** A place where a log can be opened, closed and opened again. */
export interface LogPlace {
  open(): Promise<ScopeLog>;
  /** Removes what was stored. */
  remove(): Promise<void>;
}

/** What the suite needs of a place beside. */
export interface AcceptancePlace extends LogPlace {
  /** The same log as another process has it; the given one where the store is for one process alone. */
  openBeside(log: ScopeLog): Promise<ScopeLog>;
  /** Breaks a follow off in the middle, as far as the store can break, and waits for its end. */
  cut(following: Following): Promise<void>;
}

/** Runs the suite on the logs of places that are new for each test. */
export function describeScopeLog(name: string, createPlace: () => Promise<AcceptancePlace>): void {
  describe(`the log in ${name}`, () => {
    let place: AcceptancePlace;
    let log: ScopeLog;

    beforeEach(async () => {
      place = await createPlace();
      log = await place.open();
    });

    afterEach(async () => {
      await log.close();
      await place.remove();
    });

    it("is empty at first", async () => {
      expect(await log.head()).toBe(0);
      expect(await log.read(0, 10)).toEqual([]);
      expect(await recordsOf(await log.load())).toEqual([]);
      expect((await log.load()).revision).toBe(0);
    });

    it("gives gapless revisions to 8 concurrent committers and loses nothing", async () => {
      const committed: LogEntry[] = [];
      const logs = [log, ...(await Promise.all(Array.from({ length: 7 }, () => place.openBeside(log))))];
      const commitOnTop = async (committer: number, round: number): Promise<void> => {
        const own = logs[committer] ?? log;
        for (;;) {
          const revision = (await own.head()) + 1;
          const entry = sampleEntry(revision, [createScope(sampleScope({ name: `s${committer}.${round}`, revision }))]);
          try {
            await own.commit([entry]);
            committed.push(entry);
            return;
          } catch (error) {
            expect(error).toBeInstanceOf(RevisionTakenError);
          }
        }
      };
      await Promise.all(
        Array.from({ length: 8 }, async (_, committer) => {
          for (let round = 0; round < 10; round += 1) {
            await commitOnTop(committer, round);
          }
        }),
      );
      const entries = await log.read(0, 1_000);
      expect(entries.map((entry) => entry.revision)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
      expect(entries).toEqual(committed.toSorted((a, b) => a.revision - b.revision));
      expect(await recordsOf(await log.load())).toEqual(foldOf(entries));
      await Promise.all(logs.filter((own) => own !== log).map((own) => own.close()));
    });

    it("stores several entries at once, with the last state of each record", async () => {
      const first = sampleScope({ revision: 1 });
      const second = sampleScope({ description: "Read all invoices", revision: 2 });
      const gone = sampleScope({ name: "gone", revision: 1 });
      const entries = [
        sampleEntry(1, [createScope(first), createScope(gone)]),
        sampleEntry(2, [
          { kind: "scope", name: first.name, before: first, after: second },
          { kind: "scope", name: gone.name, before: gone, after: undefined },
        ]),
      ];
      await log.commit(entries);
      expect(await log.head()).toBe(2);
      expect(await log.read(0, 10)).toStrictEqual(entries);
      expect(await recordsOf(await log.load())).toEqual([{ kind: "scope", record: second }]);
    });

    it.each([
      ["behind the head", [1]],
      ["beyond the next", [3]],
      ["that begin behind the head", [1, 2]],
    ])("refuses entries %s and leaves nothing of them", async (_, revisions) => {
      await log.commit([sampleEntry(1, [createScope(sampleScope())])]);
      const before = await contentsOf(log);
      const refused = revisions.map((revision) =>
        sampleEntry(revision, [createScope(sampleScope({ name: `refused.${revision}`, revision }))]),
      );
      await expect(log.commit(refused)).rejects.toThrow(RevisionTakenError);
      expect(await contentsOf(log)).toEqual(before);
    });

    it("refuses a request id that the log holds already and leaves nothing of the commit", async () => {
      const entry = sampleEntry(1, [createScope(sampleScope())]);
      await log.commit([entry]);
      const before = await contentsOf(log);
      const again = [
        sampleEntry(2, [createScope(sampleScope({ name: "other", revision: 2 }))]),
        { ...sampleEntry(3), requestId: entry.requestId },
      ];
      await expect(log.commit(again)).rejects.toThrow(/give each an id of its own/);
      expect(await contentsOf(log)).toEqual(before);
    });

    it("keeps records and their changes exactly", async () => {
      const plain = sampleScope({
        description: "",
        owner: "",
        resources: [],
        consentTexts: {},
        revision: 1,
      });
      const full = sampleScope({
        name: "a.$dotted.$name:with/anything!~",
        description: 'Grüße, 世界, \u{1f511}, \u0000 and "quotes"',
        isDefault: true,
        state: "DEPRECATED",
        restricted: true,
        consentTexts: { "de-CH": { title: "", description: "Ü" }, "zh-Hant": { title: "讀", description: "" } },
        deprecated: true,
        replacedBy: plain.name,
        sunsetTime: 4_102_444_800_123,
        unlisted: true,
        aliases: ["$old", "a{b}"],
        disabledByAdmin: true,
        proposal: { isDefault: true, restricted: false, resources: ["urn:x"], aliases: [] },
      });
      const server = sampleResourceServer({
        release: Number.MAX_SAFE_INTEGER,
        displayName: "",
        contact: "mailto:billing@example.com",
        namePrefixes: ["billing."],
        mode: "REVIEW",
        maySetDefaults: true,
      });
      const client = sampleClient({ clientId: "$shop.", allowedScopes: ["invoices:{id}"], defaultScopes: ["a"] });
      const reserved = sampleReservedName();
      const policy = sampleRegistryPolicy();
      const entry = sampleEntry(1, [
        createScope(plain),
        { kind: "scope", name: full.name, before: plain, after: full },
        { kind: "scope", name: "deleted", before: full, after: undefined },
        { kind: "resourceServer", name: server.name, before: undefined, after: server },
        { kind: "client", name: client.clientId, before: undefined, after: client },
        { kind: "reservedName", name: reserved.name, before: undefined, after: reserved },
        { kind: "registryPolicy", name: REGISTRY_POLICY_NAME, before: undefined, after: policy },
      ]);
      await log.commit([entry]);
      expect(await log.read(0, 1)).toStrictEqual([entry]);
      expect(await recordsOf(await log.load())).toStrictEqual(
        sorted([
          { kind: "scope", record: plain },
          { kind: "scope", record: full },
          { kind: "resourceServer", record: server },
          { kind: "client", record: client },
          { kind: "reservedName", record: reserved },
          { kind: "registryPolicy", record: policy },
        ]),
      );
    });

    it("deletes records of every kind, and keeps those of other kinds with the same names", async () => {
      const name = REGISTRY_POLICY_NAME;
      const made: RecordChange[] = [
        createScope(sampleScope({ name })),
        { kind: "resourceServer", name, before: undefined, after: sampleResourceServer({ name }) },
        { kind: "client", name, before: undefined, after: sampleClient({ clientId: name }) },
        { kind: "reservedName", name, before: undefined, after: sampleReservedName({ name }) },
        { kind: "registryPolicy", name, before: undefined, after: sampleRegistryPolicy() },
      ];
      await log.commit([sampleEntry(1, made)]);
      for (const [index, { kind, after }] of made.entries()) {
        const change = { kind, name, before: after, after: undefined } as RecordChange;
        await log.commit([sampleEntry(index + 2, [change])]);
        const left = (await recordsOf(await log.load())).map((record) => record.kind);
        expect(left.toSorted()).toEqual(
          made
            .slice(index + 1)
            .map((other) => other.kind)
            .toSorted(),
        );
      }
    });

    it("reads pages from any revision", async () => {
      const entries = await commitEmpty(log, 1, 25);
      expect(await log.read(0, 10)).toEqual(entries.slice(0, 10));
      expect(await log.read(10, 10)).toEqual(entries.slice(10, 20));
      expect(await log.read(20, 10)).toEqual(entries.slice(20));
      expect(await log.read(25, 10)).toEqual([]);
      expect(await log.read(0, 10, 1)).toEqual(entries.slice(0, 1));
      expect(await log.read(0, 10, Number.MAX_SAFE_INTEGER)).toEqual(entries.slice(0, 10));
    });

    it.each([0, 7, 12])("follows from revision %d on, what is there and what comes", async (after) => {
      await commitEmpty(log, 1, 12);
      const following = follow(log, after);
      await following.until(12);
      await commitEmpty(log, 13, 20);
      await following.until(20);
      await following.end();
      expect(following.revisions).toEqual(Array.from({ length: 20 - after }, (_, index) => after + 1 + index));
    });

    it("resumes a follow that was cut where it ended, without a gap and with nothing twice", async () => {
      const following = follow(log, 0);
      await commitEmpty(log, 1, 5);
      await following.until(5);
      await place.cut(following);
      await commitEmpty(log, 6, 8);
      const resumed = follow(log, 5);
      await resumed.until(8);
      await log.commit([sampleEntry(9)]);
      await resumed.until(9);
      await resumed.end();
      expect([...following.revisions, ...resumed.revisions]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it("follows without a gap while commits go on", async () => {
      const committing = (async () => {
        for (let revision = 1; revision <= 60; revision += 1) {
          await log.commit([sampleEntry(revision)]);
        }
      })();
      const followers = Array.from({ length: 5 }, () => follow(log, 0));
      await Promise.all(followers.map((follower) => follower.until(60)));
      await committing;
      for (const follower of followers) {
        await follower.end();
        expect(follower.revisions).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
      }
    });

    it("ends a follow whose signal is aborted, before or after it began", async () => {
      const started = follow(log, 0);
      await commitEmpty(log, 1, 1);
      await started.until(1);
      await started.end();
      for await (const _ of log.follow(0, AbortSignal.abort())) {
        expect.unreachable("an aborted follow gave entries");
      }
    });

    it("loads one revision, whatever is committed meanwhile", async () => {
      await log.commit([sampleEntry(1, [createScope(sampleScope())])]);
      const snapshot = await log.load();
      await log.commit([sampleEntry(2, [createScope(sampleScope({ name: "later", revision: 2 }))])]);
      expect(snapshot.revision).toBe(1);
      expect(await recordsOf(snapshot)).toEqual([{ kind: "scope", record: sampleScope() }]);
    });

    it("finds the same history after it is closed and opened again", async () => {
      await log.commit([sampleEntry(1, [createScope(sampleScope())])]);
      const before = await contentsOf(log);
      await log.close();
      const { registryId } = log;
      log = await place.open();
      expect(log.registryId).toBe(registryId);
      expect(await contentsOf(log)).toEqual(before);
    });

    it("ends follows and refuses calls when it is closed", async () => {
      const following = follow(log, 0);
      await commitEmpty(log, 1, 1);
      await following.until(1);
      await log.close();
      await following.done;
      await expect(log.head()).rejects.toThrow(StoreUnavailableError);
      await expect(log.read(0, 1)).rejects.toThrow(StoreUnavailableError);
      await expect(log.load()).rejects.toThrow(StoreUnavailableError);
      await expect(log.commit([sampleEntry(2)])).rejects.toThrow(StoreUnavailableError);
      await expect(log.search({}, 1, 1)).rejects.toThrow(StoreUnavailableError);
      await expect(log.usage.note([{ name: "a", clientId: "", day: 1 }])).rejects.toThrow(StoreUnavailableError);
      await expect(log.usage.read(["a"], 0, 1)).rejects.toThrow(StoreUnavailableError);
      await expect(log.imports.begin(log.registryId, 1)).rejects.toThrow(StoreUnavailableError);
      await expect(log.imports.complete("any")).rejects.toThrow(StoreUnavailableError);
      await expect(log.imports.append("any", { part: 0, entries: [], continued: false })).rejects.toThrow(
        StoreUnavailableError,
      );
      await log.close();
    });

    it("loads 100,000 scopes", async () => {
      for (let revision = 1; revision <= 20; revision += 1) {
        const scopes = Array.from({ length: 5_000 }, (_, index) =>
          sampleScope({ name: `s${revision}.${index}`, revision }),
        );
        await log.commit([sampleEntry(revision, scopes.map(createScope))]);
      }
      const snapshot = await log.load();
      const names = new Set<string>();
      let batches = 0;
      for await (const batch of snapshot.records) {
        batches += 1;
        for (const kinded of batch) {
          names.add(nameOf(kinded));
        }
      }
      expect(snapshot.revision).toBe(20);
      expect(names.size).toBe(100_000);
      expect(batches).toBeGreaterThan(10);
    }, 60_000);

    describeSearch(() => log);
    describeUsage(() => log.usage);
    describeImports({ log: () => log, openBeside: () => place.openBeside(log) });
  });
}

/** A follow that runs in the background. */
export interface Following {
  readonly revisions: readonly number[];
  /** Settles when the follow does. */
  readonly done: Promise<void>;
  /** Waits for a revision, or for the failure of the follow. */
  until(revision: number): Promise<void>;
  /** Aborts it and waits for its end. */
  end(): Promise<void>;
}

/** Follows a log in the background. */
export function follow(log: ScopeLog, after: number): Following {
  const controller = new AbortController();
  const revisions: number[] = [];
  let wake = Promise.withResolvers<void>();
  const done = (async () => {
    for await (const entries of log.follow(after, controller.signal)) {
      revisions.push(...entries.map((entry) => entry.revision));
      wake.resolve();
      wake = Promise.withResolvers<void>();
    }
  })();
  done.catch(() => {});
  return {
    revisions,
    done,
    async until(revision) {
      const ended = done.then(() => expect.unreachable("the follow ended"));
      ended.catch(() => {});
      while ((revisions.at(-1) ?? after) < revision) {
        await Promise.race([wake.promise, ended]);
      }
    },
    async end() {
      controller.abort();
      await done;
    },
  };
}

/** Commits entries without changes, one after the other. */
export async function commitEmpty(log: ScopeLog, first: number, last: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let revision = first; revision <= last; revision += 1) {
    const entry = sampleEntry(revision);
    await log.commit([entry]);
    entries.push(entry);
  }
  return entries;
}

/** All that a log holds. */
export async function contentsOf(log: ScopeLog): Promise<unknown> {
  return { head: await log.head(), entries: await log.read(0, 10_000), records: await recordsOf(await log.load()) };
}

/** The records of a snapshot, in a fixed order. */
export async function recordsOf(snapshot: LogSnapshot): Promise<KindedRecord[]> {
  const records: KindedRecord[] = [];
  for await (const batch of snapshot.records) {
    records.push(...batch);
  }
  return sorted(records);
}

/** What the records must be after these entries. */
export function foldOf(entries: readonly LogEntry[]): KindedRecord[] {
  const records = new Map<string, KindedRecord>();
  for (const { kind, name, after } of entries.flatMap((entry) => entry.changes)) {
    if (after === undefined) {
      records.delete(`${kind} ${name}`);
    } else {
      records.set(`${kind} ${name}`, { kind, record: after } as KindedRecord);
    }
  }
  return sorted([...records.values()]);
}

function sorted(records: readonly KindedRecord[]): KindedRecord[] {
  const key = (kinded: KindedRecord) => `${kinded.kind} ${nameOf(kinded)}`;
  return records.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What a change of the record says its name is. */
function nameOf(kinded: KindedRecord): string {
  switch (kinded.kind) {
    case "client":
      return kinded.record.clientId;
    case "registryPolicy":
      return REGISTRY_POLICY_NAME;
    default:
      return kinded.record.name;
  }
}
