import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "../../../src/registry/governance/authority.ts";
import { exportLog, exportTurns } from "../../../src/registry/governance/export-log.ts";
import type { ExportPart } from "../../../src/registry/governance/governance.ts";
import { Turns } from "../../../src/registry/turns.ts";
import type { LogEntry } from "../../../src/store/scope-log.ts";
import { HistoryGoneError, StoreUnavailableError } from "../../../src/store/store-errors.ts";
import { createScope, sampleEntry, sampleScope } from "../../store/sample-records.ts";
import type { LogPlace } from "../../store/scope-log-acceptance.ts";
import { sqlitePlace, type WatchedLog, watchLog } from "../opened-registry.ts";
import { NO_HURRY, newDeadline } from "../sample-registrations.ts";
import { joinEntries, readParts } from "./exported-parts.ts";
import { refusedLater } from "./refused-by.ts";

const ADMIN: Actor = { owner: "operator", isAdmin: true, mayRegisterDefaults: false };
const MIB = 1024 * 1024;

let place: LogPlace;
let log: WatchedLog;

beforeEach(async () => {
  place = await sqlitePlace();
  log = watchLog(await place.open());
});

afterEach(async () => {
  await log.close();
  await place.remove();
});

/** An entry of about so many bytes, in changes of about 4,000. */
function entryOf(revision: number, bytes: number): LogEntry {
  const description = "\u{1f511}".repeat(1_000);
  const names = Array.from({ length: Math.ceil(bytes / 4_500) }, (_, at) => `s${revision}.${at}`);
  return sampleEntry(
    revision,
    names.map((name) => createScope(sampleScope({ name, description, revision }))),
  );
}

describe("exporting the log", () => {
  it("gives every entry, oldest first, in parts of about 1 MiB", async () => {
    const sizes = [1, 300_000, 700_000, 200_000, 3 * MIB, 900_000, 200_000];
    const entries = sizes.map((bytes, at) => entryOf(at + 1, bytes));
    await log.commit(entries);
    const parts = await readParts(exportLog(log, exportTurns(), ADMIN, NO_HURRY));
    expect(joinEntries(parts)).toEqual(entries);
    for (const { registryId, revision, entries: inPart } of parts) {
      expect({ registryId, revision }).toEqual({ registryId: log.registryId, revision: 7 });
      expect(Buffer.byteLength(JSON.stringify(inPart))).toBeLessThan(1.1 * MIB);
    }
    expect(parts.filter(({ continued }) => continued).length).toBeGreaterThanOrEqual(2);
    expect(parts.length).toBeLessThanOrEqual(8);
  });

  it("ends at the revision that it began with, though the log goes on", async () => {
    await log.commit([entryOf(1, 700_000), entryOf(2, 700_000), entryOf(3, 1)]);
    const reading = exportLog(log, exportTurns(), ADMIN, NO_HURRY);
    const first = await reading.next();
    await log.commit([entryOf(4, 1), entryOf(5, 1)]);
    const parts = [first.value as ExportPart, ...(await readParts(reading))];
    expect(joinEntries(parts).map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(parts.map(({ revision }) => revision)).toEqual(parts.map(() => 3));
  });

  it("reads no more than a part before it is wanted", async () => {
    await log.commit(Array.from({ length: 8 }, (_, at) => entryOf(at + 1, 700_000)));
    const reading = exportLog(log, exportTurns(), ADMIN, NO_HURRY);
    await reading.next();
    expect(log.calls.read).toBeLessThanOrEqual(2);
    await reading.return(undefined);
  });

  it("reads for a few at a time: the next begins once one has what was read for it, or gives up", async () => {
    await log.commit([entryOf(1, 700_000), entryOf(2, 700_000)]);
    const turns = exportTurns();
    const readings = Array.from({ length: 20 }, () => exportLog(log, turns, ADMIN, NO_HURRY));
    const begun: number[] = [];
    const first = readings.map((reading, at) => reading.next().then(() => begun.push(at)));
    await expect.poll(() => begun).toHaveLength(8);
    await readings[0]?.return(undefined);
    await first[8];
    expect(log.calls.read).toBe(9);
    const rest = readings.slice(1).map(readParts);
    await Promise.all([...first, ...rest]);
    expect(log.calls.read).toBe(20);
  });

  it("refuses who is too slow while others wait", async () => {
    await log.commit([entryOf(1, 3 * MIB), entryOf(2, 1)]);
    const turns = new Turns(1, 20);
    const slow = exportLog(log, turns, ADMIN, NO_HURRY);
    await slow.next();
    const other = await readParts(exportLog(log, turns, ADMIN, NO_HURRY));
    expect(joinEntries(other).map(({ revision }) => revision)).toEqual([1, 2]);
    expect(await refusedLater(slow.next())).toMatchObject({ reason: "OVERLOADED", retryAfterMs: 10_000 });
  });

  it("refuses nobody who has all that was read for it, however slow", async () => {
    await log.commit([entryOf(1, 1)]);
    const turns = new Turns(1, 20);
    const slow = exportLog(log, turns, ADMIN, NO_HURRY);
    await slow.next();
    await readParts(exportLog(log, turns, ADMIN, NO_HURRY));
    await log.commit([entryOf(2, 1)]);
    expect((await slow.next()).done).toBe(true);
  });

  it("does not wait for its turn any longer than its caller", async () => {
    await log.commit([entryOf(1, 1)]);
    const turns = new Turns(1, 60_000);
    const first = exportLog(log, turns, ADMIN, NO_HURRY);
    await first.next();
    const taking = vi.spyOn(turns, "take");
    const deadline = newDeadline();
    const waiting = refusedLater(exportLog(log, turns, ADMIN, deadline).next());
    await expect.poll(() => taking.mock.calls).toHaveLength(1);
    deadline.abort();
    expect((await waiting).reason).toBe("CANCELLED");
    await first.return(undefined);
  });

  it("is for administrators", async () => {
    await log.commit([entryOf(1, 1)]);
    const owner = { ...ADMIN, isAdmin: false };
    expect((await refusedLater(exportLog(log, exportTurns(), owner, NO_HURRY).next())).reason).toBe("SCOPE_NOT_OWNED");
    expect(log.calls.read).toBe(0);
  });

  it("ends when the caller gives up or its time has run out", async () => {
    await log.commit([entryOf(1, 700_000), entryOf(2, 700_000)]);
    const deadline = newDeadline();
    const reading = exportLog(log, exportTurns(), ADMIN, deadline);
    await reading.next();
    deadline.abort();
    expect((await refusedLater(reading.next())).reason).toBe("CANCELLED");
    const late = { ...NO_HURRY, expiresAt: Date.now() - 1 };
    expect((await refusedLater(exportLog(log, exportTurns(), ADMIN, late).next())).reason).toBe("DEADLINE_EXCEEDED");
  });

  it("refuses to mix two registries, should another one take the place of this one meanwhile", async () => {
    await log.commit([entryOf(1, 700_000), entryOf(2, 700_000), entryOf(3, 700_000)]);
    const reading = exportLog(log, exportTurns(), ADMIN, NO_HURRY);
    await reading.next();
    log.overrides.head = () => Promise.reject(new HistoryGoneError("Another registry is in the store"));
    expect((await refusedLater(readParts(reading))).reason).toBe("REVISION_COMPACTED");

    log.overrides = {};
    const other = exportLog(log, exportTurns(), ADMIN, NO_HURRY);
    await other.next();
    // This server has loaded the other one: the log tells of it, and of no failure.
    Object.defineProperty(log, "registryId", { value: "another registry" });
    expect((await refusedLater(readParts(other))).reason).toBe("REVISION_COMPACTED");
  });

  it("refuses a log that no longer reaches back to its beginning, or a store that is away", async () => {
    await log.commit([entryOf(1, 1)]);
    log.overrides.read = () => Promise.reject(new HistoryGoneError("The log begins at 7"));
    expect((await refusedLater(exportLog(log, exportTurns(), ADMIN, NO_HURRY).next())).reason).toBe(
      "REVISION_COMPACTED",
    );
    log.overrides.read = () => Promise.reject(new StoreUnavailableError("The database is away"));
    expect(await refusedLater(exportLog(log, exportTurns(), ADMIN, NO_HURRY).next())).toMatchObject({
      reason: "STORE_UNAVAILABLE",
      retryAfterMs: 1_000,
    });
    log.overrides = {};
    log.overrides.head = () => Promise.reject(new StoreUnavailableError("The database is away"));
    expect((await refusedLater(exportLog(log, exportTurns(), ADMIN, NO_HURRY).next())).reason).toBe(
      "STORE_UNAVAILABLE",
    );
  });
});
