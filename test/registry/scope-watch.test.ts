import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WatchEvent } from "../../src/registry/watch-event.ts";
import type { LogEntry } from "../../src/store/scope-log.ts";
import { HistoryGoneError, StoreUnavailableError } from "../../src/store/store-errors.ts";
import type { LogPlace } from "../store/scope-log-acceptance.ts";
import { EventReader } from "./event-reader.ts";
import { type OpenedRegistry, openForTest, openOn, STORES, sqlitePlace, watchLog } from "./opened-registry.ts";
import { anyHistory, define, registrationOf } from "./sample-registrations.ts";

describe.each(STORES)("watching a registry on $store", ({ createPlace }) => {
  let place: LogPlace;
  let registry: OpenedRegistry;
  beforeEach(async () => {
    place = await createPlace();
    registry = await openOn(watchLog(await place.open()));
  });
  afterEach(async () => {
    await registry.end();
    await place.remove();
  });

  it("begins with a snapshot, and goes on with every change in the order of revisions", async () => {
    await registry.registerFor("a-api", registrationOf(["a", "b"]));
    const reader = new EventReader(registry, { owner: "a-api" });
    expect(await reader.snapshot()).toEqual(["a", "b"]);
    await registry.registerFor("a-api", registrationOf(["c"]));
    await registry.registerFor("a-api", registrationOf(["b"], { mode: "REPLACE" }));
    const first = await reader.nextChange();
    const second = await reader.nextChange();
    expect(first.changes.map(({ name, before }) => [name, before])).toEqual([["c", undefined]]);
    expect(second.changes.map(({ name, after }) => [name, after?.state])).toEqual([
      ["a", "DISABLED"],
      ["c", "DISABLED"],
    ]);
    expect(second.revision).toBe(first.revision + 1);
    expect(second.revision).toBe(registry.revision);
  });

  it("resumes after a revision, from memory and, after a restart, from the log", async () => {
    await registry.registerFor("a-api", registrationOf(["a"]));
    const since = registry.revision;
    for (const name of ["b", "c", "d"]) await registry.registerFor("a-api", registrationOf([name]));

    const readAll = async () => {
      const reader = new EventReader(registry, { sinceRevision: since, registryId: registry.registryId });
      const events = await reader.until(({ revision, type }) => type === "change" && revision === since + 3);
      expect(events[0]).toMatchObject({ type: "bookmark", revision: since, registryId: registry.registryId });
      return events.flatMap((event) => (event.type === "change" ? event.changes.map(({ name }) => name) : []));
    };
    expect(await readAll()).toEqual(["b", "c", "d"]);
    expect(registry.log.calls.read).toBe(0);

    await registry.end();
    registry = await openOn(watchLog(await place.open()));
    expect(await readAll()).toEqual(["b", "c", "d"]);
    expect(registry.log.calls.read).toBeGreaterThan(0);

    registry.log.overrides.read = () => Promise.reject(new HistoryGoneError("The log begins later"));
    await expect(readAll()).rejects.toMatchObject({ reason: "REVISION_COMPACTED" });
    registry.log.overrides.read = () => Promise.reject(new StoreUnavailableError("The store is away"));
    await expect(readAll()).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE", retryAfterMs: 1_000 });
  });

  it("starts readers over when the registry is loaded anew, as it may be of another history", async () => {
    await registry.registerFor("a-api", registrationOf(["a"]));
    const reader = new EventReader(registry);
    await reader.snapshot();
    registry.log.overrides.proveHead = () => Promise.reject(new HistoryGoneError("The log is another one"));
    await expect(reader.nextChange()).rejects.toMatchObject({ reason: "REVISION_COMPACTED" });
  });
});

describe("watching a registry", () => {
  it("tells only what passes the filters: a scope leaves them as one that is gone, and comes in as a new one", async (context) => {
    const registry = await openForTest(context);
    await registry.registerFor("a-api", registrationOf([define("a", { resources: ["urn:a"] }), define("b")]));
    const reader = new EventReader(registry, { resource: "urn:a" });
    expect(await reader.snapshot()).toEqual(["a"]);
    await registry.registerFor("b-api", registrationOf(["other"]));
    await registry.registerFor("a-api", registrationOf([define("a", { resources: ["urn:b"] })]));
    await registry.registerFor("a-api", registrationOf([define("b", { resources: ["urn:a"] })]));
    expect((await reader.nextChange()).changes).toEqual([
      { name: "a", before: expect.objectContaining({ resources: ["urn:a"] }), after: undefined },
    ]);
    expect((await reader.nextChange()).changes).toEqual([
      { name: "b", before: undefined, after: expect.objectContaining({ resources: ["urn:a"] }) },
    ]);
  });

  it("gives a filtered reader revisions that changed nothing for it with the next bookmark", async (context) => {
    const registry = await openForTest(context);
    const reader = new EventReader(registry, { owner: "nobody" });
    await reader.snapshot();
    await registry.registerFor("a-api", registrationOf(["a"]));
    expect(await reader.next()).toMatchObject({ type: "bookmark", revision: registry.revision });
  });

  it("has bookmarks at a steady beat, whose time stands still while the store is away", async (context) => {
    const registry = await openForTest(context);
    const reader = new EventReader(registry);
    await reader.snapshot();
    const bookmarks: WatchEvent[] = [await reader.next(), await reader.next()];
    const [first, second] = bookmarks.map((event) => (event.type === "bookmark" ? event.time : Number.NaN));
    expect(second).toBeGreaterThan(first as number);
    registry.log.overrides.proveHead = () => Promise.reject(new StoreUnavailableError("The store is away"));
    await expect.poll(() => registry.freshness.storeReachable).toBe(false);
    const { asOf } = registry.freshness;
    await reader.next();
    expect(await reader.next()).toMatchObject({ type: "bookmark", time: asOf });
    expect(await reader.next()).toMatchObject({ type: "bookmark", time: asOf });
  });

  it("parts a snapshot, and a change that is too large for one message", async (context) => {
    const registry = await openForTest(context);
    const many = Array.from({ length: 3_500 }, (_, at) => `s:${String(at).padStart(5, "0")}`);
    const first = new EventReader(registry, { owner: "a-api" });
    await first.snapshot();
    const described = many.map((name) => define(name, { description: "d".repeat(1_000) }));
    await registry.registerFor("a-api", registrationOf(described));
    const parts = await first.until((event) => event.type === "change" && !event.continued);
    const changes = parts.filter((event) => event.type === "change");
    expect(changes.length).toBeGreaterThan(1);
    expect(new Set(changes.map(({ revision }) => revision))).toEqual(new Set([registry.revision]));
    expect(changes.map(({ continued }) => continued).indexOf(false)).toBe(changes.length - 1);
    expect(changes.flatMap((event) => event.changes.map(({ name }) => name))).toEqual(many);

    const reader = new EventReader(registry, { owner: "a-api" });
    const snapshot = await reader.until((event) => event.type === "snapshot" && event.complete);
    expect(snapshot.length).toBeGreaterThan(2);
    expect(snapshot.flatMap((part) => (part.type === "snapshot" ? part.scopes.map(({ name }) => name) : []))).toEqual(
      many,
    );
  });

  it("gives the same events to all readers without a filter, so that a message is made once", async (context) => {
    const registry = await openForTest(context);
    const readers = [new EventReader(registry), new EventReader(registry)];
    const snapshots = await Promise.all(readers.map((reader) => reader.next()));
    expect(snapshots[0]).toBe(snapshots[1]);
    await registry.registerFor("a-api", registrationOf(["a"]));
    const changes = await Promise.all(readers.map((reader) => reader.nextChange()));
    expect(changes[0]).toBe(changes[1]);
  });

  it("refuses a reader that is so slow that the next change is gone, and lets it resume", async (context) => {
    const registry = await openForTest(context);
    const slow = new EventReader(registry);
    await slow.snapshot();
    await registry.registerFor("a-api", registrationOf(["a"]));
    const { revision } = await slow.nextChange();
    const large = "d".repeat(1_000);
    // What is kept is bounded in bytes: each of these changes is about 4 MiB.
    for (let turn = 0; turn < 12; turn++) {
      const scopes = Array.from({ length: 2_000 }, (_, at) =>
        define(`s${at}`, { description: `${turn} ${large.slice(4)}` }),
      );
      await registry.registerFor("a-api", registrationOf(scopes));
    }
    await expect(slow.next()).rejects.toMatchObject({ reason: "OVERLOADED" });
    const resumed = new EventReader(registry, { sinceRevision: revision });
    const events = await resumed.until((event) => event.revision === registry.revision && event.type === "change");
    const revisions = events.flatMap((event) => (event.type === "change" ? [event.revision] : []));
    expect([...new Set(revisions)]).toEqual(Array.from({ length: 12 }, (_, at) => revision + 1 + at));
  });

  describe("to readers who resume from the log, one page at a time", () => {
    /** A registry with forty older changes, none of them in memory; and the pages that are read of its log. */
    async function withHistory(): Promise<{
      registry: OpenedRegistry;
      pages: WeakRef<LogEntry>[][];
      end: () => Promise<void>;
    }> {
      const place = await sqlitePlace();
      const before = await openOn(watchLog(await place.open()));
      for (let at = 0; at < 40; at++) await before.registerFor("a-api", registrationOf([`s${at}`]));
      await before.end();
      const registry = await openOn(watchLog(await place.open()));
      const pages: WeakRef<LogEntry>[][] = [];
      registry.log.overrides.read = async (...asked) => {
        const entries = await registry.log.real.read(...asked);
        pages.push(entries.map((entry) => new WeakRef(entry)));
        return entries;
      };
      const end = async () => {
        await registry.end();
        await place.remove();
      };
      return { registry, pages, end };
    }

    it("takes the page from who takes nothing while others wait, and holds none of it any more", async () => {
      setFlagsFromString("--expose-gc");
      const collectGarbage = runInNewContext("gc") as () => void;
      const { registry, pages, end } = await withHistory();
      const stalled = Array.from({ length: 8 }, () => new EventReader(registry, { sinceRevision: 1 }));
      for (const reader of stalled) await reader.nextChange();
      const patient = new EventReader(registry, { sinceRevision: 1 });
      expect((await patient.nextChange()).revision).toBe(2);
      const alive = () => pages[0]?.filter((entry) => entry.deref() !== undefined).length;
      await expect
        .poll(() => {
          collectGarbage();
          return alive();
        })
        .toBeLessThan(3);
      await expect(stalled[0]?.next()).rejects.toMatchObject({ reason: "OVERLOADED" });
      await end();
    });

    it("does not count the store's time as theirs", async () => {
      const { registry, end } = await withHistory();
      const read = registry.log.overrides.read as OpenedRegistry["log"]["read"];
      registry.log.overrides.read = async (...asked) => {
        await delay(2_200);
        return read(...asked);
      };
      const readers = Array.from({ length: 10 }, () => new EventReader(registry, { sinceRevision: 1 }));
      const last = await Promise.all(readers.map((reader) => reader.until(({ revision }) => revision === 41)));
      expect(last.map((events) => events.at(-1)?.revision)).toEqual(readers.map(() => 41));
      await end();
    });

    it("lets those who wait go when the server stops", async () => {
      const { registry, end } = await withHistory();
      const readers = Array.from({ length: 12 }, () => new EventReader(registry, { sinceRevision: 1 }));
      for (const reader of readers.slice(0, 8)) await reader.nextChange();
      const waiting = readers.slice(8).map((reader) => reader.nextChange());
      const ended = Promise.allSettled(waiting);
      await delay(20);
      registry.endWatches();
      for (const outcome of await ended) expect(outcome).toMatchObject({ reason: { reason: "SHUTTING_DOWN" } });
      await end();
    });
  });

  it("starts a reader over that comes with another registry's revision", async (context) => {
    const registry = await openForTest(context);
    await registry.registerFor("a-api", registrationOf(["a"]));
    const reader = new EventReader(registry, { sinceRevision: 1, registryId: "another" });
    expect(await reader.next()).toMatchObject({ type: "snapshot", registryId: registry.registryId });
  });

  it("refuses a revision that the registry has not come to", async (context) => {
    const registry = await openForTest(context);
    const early = new EventReader(registry, { sinceRevision: 99 });
    await expect(early.next()).rejects.toMatchObject({ reason: "REVISION_UNKNOWN" });
  });

  it("ends when the caller gives up, when the registry stops, and lets nobody begin afterwards", async (context) => {
    const registry = await openForTest(context);
    const leaving = new EventReader(registry);
    await leaving.snapshot();
    const left = leaving.nextChange();
    leaving.deadline.abort();
    await expect(left).rejects.toMatchObject({ reason: "CANCELLED" });
    const staying = new EventReader(registry);
    await staying.snapshot();
    const ended = staying.nextChange();
    registry.endWatches();
    await expect(ended).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
    await expect(new EventReader(registry).next()).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
  });

  it("bounds how many one caller has, and counts those that have ended no more", async (context) => {
    const registry = await openForTest(context);
    const readers = Array.from({ length: 2_500 }, () => new EventReader(registry, {}, "greedy"));
    await Promise.all(readers.map((reader) => reader.next()));
    await expect(new EventReader(registry, {}, "greedy").next()).rejects.toMatchObject({ reason: "OVERLOADED" });
    await new EventReader(registry, {}, "another").next();
    readers[0]?.deadline.abort();
    await expect(readers[0]?.next()).rejects.toMatchObject({ reason: "CANCELLED" });
    await new EventReader(registry, {}, "greedy").next();
  });

  it("refuses sizes beyond the limits, with every violation", async (context) => {
    const registry = await openForTest(context);
    const long = { owner: "o".repeat(513), resource: "r".repeat(2_049), registryId: "i".repeat(65) };
    await expect(new EventReader(registry, long).next()).rejects.toMatchObject({
      reason: "INVALID_REQUEST",
      violations: [{ field: "registry_id" }, { field: "owner" }, { field: "resource" }],
    });
  });

  it("adds up to the registry's state, whoever begins when", async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.nat(12), async (history, joinAt) => {
        const finished: (() => Promise<void>)[] = [];
        const registry = await openForTest({ onTestFinished: (end) => void finished.push(end as () => Promise<void>) });
        try {
          let reader = new EventReader(registry);
          const seen = new Map<string, ScopeRecord>();
          for (const [at, { registrant, registration }] of history.entries()) {
            if (at === joinAt) {
              reader = new EventReader(registry);
              seen.clear();
            }
            await registry.registerFor(registrant.owner, registration).catch(() => undefined);
          }
          if (registry.revision > 0) await follow(reader, seen, registry.revision);
          expect([...seen.values()].sort(byName)).toEqual(registry.list(EVERYTHING).scopes);
        } finally {
          for (const end of finished) await end();
        }
      }),
      { numRuns: 30 },
    );
  });
});

const EVERYTHING = {
  owner: "",
  resource: "",
  namePrefix: "",
  names: [],
  states: [],
  defaultsOnly: false,
  pageSize: 1_000,
  pageToken: "",
};

function byName(a: ScopeRecord, b: ScopeRecord): number {
  return a.name < b.name ? -1 : 1;
}

/** Applies what a reader is sent until it has a revision. */
async function follow(reader: EventReader, seen: Map<string, ScopeRecord>, revision: number): Promise<void> {
  for (;;) {
    const event = await reader.next();
    if (event.type === "snapshot") for (const scope of event.scopes) seen.set(scope.name, scope);
    if (event.type === "change") {
      for (const { name, after } of event.changes) {
        if (after === undefined) seen.delete(name);
        else seen.set(name, after);
      }
    }
    const isWhole = event.type === "snapshot" ? event.complete : event.type === "bookmark" || !event.continued;
    if (isWhole && event.revision === revision) return;
  }
}
