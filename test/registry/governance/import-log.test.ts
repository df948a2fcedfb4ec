import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../../../src/registry/governance/authority.ts";
import { exportLog, exportTurns } from "../../../src/registry/governance/export-log.ts";
import type { ImportAnswer, ImportRequest } from "../../../src/registry/governance/governance.ts";
import { importLog } from "../../../src/registry/governance/import-log.ts";
import { RegistryState } from "../../../src/registry/registry-state.ts";
import type { KindedRecord, LogEntry, RecordChange, ScopeLog } from "../../../src/store/scope-log.ts";
import { HistoryGoneError, StoreUnavailableError } from "../../../src/store/store-errors.ts";
import { createScope, sampleEntry, sampleScope } from "../../store/sample-records.ts";
import type { LogPlace } from "../../store/scope-log-acceptance.ts";
import { entriesOf, sqlitePlace, watchLog } from "../opened-registry.ts";
import { NO_HURRY } from "../sample-registrations.ts";
import { importRequests, readParts } from "./exported-parts.ts";
import { refusedLater } from "./refused-by.ts";
import { clientChange, grantsOf, newPolicy, newScope, newServer, reservation } from "./sample-changes.ts";

const ADMIN: Actor = { owner: "operator", isAdmin: true, mayRegisterDefaults: false };

let places: LogPlace[];
let logs: ScopeLog[];

async function newLog(entries: readonly LogEntry[]): Promise<ScopeLog> {
  const place = await sqlitePlace();
  places.push(place);
  const log = await place.open();
  logs.push(log);
  await log.commit(entries);
  return log;
}

/** What is in memory of a log, adopted as a registry does. */
async function stateOf(log: ScopeLog): Promise<{ state: RegistryState; records: KindedRecord[] }> {
  const snapshot = await log.load();
  const records: KindedRecord[] = [];
  for await (const batch of snapshot.records) records.push(...batch);
  const state = new RegistryState();
  state.load(records);
  state.finishLoading(snapshot.revision);
  snapshot.adopt();
  return { state, records };
}

/** An importer into a log that has nothing but the registry's own scopes. */
const NO_NAMES: ReadonlySet<string> = new Set();

async function importerInto(log: ScopeLog) {
  const { state } = await stateOf(log);
  const loaded: number[] = [];
  const send = (request: ImportRequest): Promise<ImportAnswer> =>
    importLog(log, state, ADMIN, request, NO_NAMES, async () => {
      loaded.push((await stateOf(log)).state.revision);
      return loaded.at(-1) ?? 0;
    });
  return { send, loaded };
}

function ownScopes(): LogEntry {
  return sampleEntry(1, [newScope("scope_registry.read", "")], { kind: "OWN_SCOPES", actor: "", resourceServer: "" });
}

/** Entries with every kind of record, one of them larger than a part. */
function history(): LogEntry[] {
  const description = "\u{1f511}".repeat(1_000);
  const large = Array.from({ length: 600 }, (_, at) =>
    createScope(sampleScope({ name: `s${at}`, description, revision: 2 })),
  );
  const changes: RecordChange[] = [
    clientChange(undefined, grantsOf("web-shop", ["s1"], { revision: 3 })),
    reservation("gone", "billing-api", 3),
    newPolicy(3),
    newServer("billing-api", 3),
  ];
  return [
    ownScopes(),
    sampleEntry(2, large),
    sampleEntry(3, changes),
    sampleEntry(4, [newScope("late", "docs-api", 4)]),
  ];
}

async function exported(log: ScopeLog): Promise<ImportRequest[]> {
  return importRequests(await readParts(exportLog(log, exportTurns(), ADMIN, NO_HURRY)));
}

beforeEach(() => {
  places = [];
  logs = [];
});

afterEach(async () => {
  for (const log of logs) await log.close();
  for (const place of places) await place.remove();
});

describe("importing an exported log", () => {
  it("makes the same registry of it, with the same revisions and another identity", async () => {
    const source = await newLog(history());
    const target = await newLog([ownScopes()]);
    const before = target.registryId;
    const { send, loaded } = await importerInto(target);
    const requests = await exported(source);
    expect(requests.some(({ continued }) => continued)).toBe(true);

    let importId = "";
    const answers: ImportAnswer[] = [];
    for (const request of requests) {
      answers.push(await send({ ...request, importId }));
      importId = answers.at(-1)?.importId ?? "";
    }
    expect(new Set(answers.map((answer) => answer.importId)).size).toBe(1);
    expect(answers.slice(0, -1).every(({ registryId }) => registryId === "")).toBe(true);
    expect(answers.at(-1)).toEqual({ importId, revision: 4, registryId: target.registryId });
    expect(loaded).toEqual([4]);
    expect([before, source.registryId]).not.toContain(target.registryId);
    expect(await entriesOf(target)).toEqual(await entriesOf(source));
    const byName = (records: KindedRecord[]) => records.map((record) => JSON.stringify(record)).sort();
    expect(byName((await stateOf(target)).records)).toEqual(byName((await stateOf(source)).records));
  });

  it("takes a part that is repeated as one", async () => {
    const source = await newLog(history());
    const target = await newLog([ownScopes()]);
    const { send } = await importerInto(target);
    const [first, ...others] = await exported(source);
    const { importId } = await send(first as ImportRequest);
    for (const request of others) {
      const answer = await send({ ...request, importId });
      if (!request.complete) expect(await send({ ...request, importId })).toEqual(answer);
    }
    expect(await entriesOf(target)).toEqual(await entriesOf(source));
  });

  it.each<{ what: string; change: RecordChange }>([
    { what: "a scope", change: newScope("a", "docs-api", 2) },
    { what: "a resource server", change: newServer("docs-api", 2) },
    { what: "a client's record", change: clientChange(undefined, grantsOf("web-shop", ["a"], { revision: 2 })) },
    { what: "a reserved name", change: reservation("a", "docs-api", 2) },
    { what: "a policy", change: newPolicy(2) },
  ])("refuses to replace a registry that has $what, and leaves it as it is", async ({ change }) => {
    const [first] = await exported(await newLog(history()));
    const target = await newLog([ownScopes(), sampleEntry(2, [change])]);
    const entries = await entriesOf(target);
    const { send } = await importerInto(target);
    expect((await refusedLater(send(first as ImportRequest))).reason).toBe("REGISTRY_NOT_EMPTY");
    expect(await entriesOf(target)).toEqual(entries);
  });

  it("refuses to replace what is registered while it begins", async () => {
    const [first] = await exported(await newLog(history()));
    const target = await newLog([ownScopes()]);
    const { send } = await importerInto(target);
    await target.commit([sampleEntry(2, [newScope("a", "docs-api", 2)])]);
    expect((await refusedLater(send(first as ImportRequest))).reason).toBe("REGISTRY_NOT_EMPTY");
    expect(await entriesOf(target)).toHaveLength(2);
  });

  it("is for administrators", async () => {
    const [first] = await exported(await newLog(history()));
    const target = await newLog([ownScopes()]);
    const { state } = await stateOf(target);
    const owner = { ...ADMIN, isAdmin: false };
    const refusal = await refusedLater(
      importLog(target, state, owner, first as ImportRequest, NO_NAMES, async () => 0),
    );
    expect(refusal.reason).toBe("SCOPE_NOT_OWNED");
    expect(await entriesOf(target)).toHaveLength(1);
  });

  it("touches nothing for a part that is broken", async () => {
    const target = await newLog([ownScopes()]);
    const { send } = await importerInto(target);
    const entries = [sampleEntry(1, [newScope("a b", "docs-api")])];
    const request = { importId: "", part: 0, entries, continued: false, complete: true };
    expect((await refusedLater(send(request))).reason).toBe("INVALID_REQUEST");
    expect(await entriesOf(target)).toHaveLength(1);
  });

  it("lets one import at a time come", async () => {
    const [first] = await exported(await newLog(history()));
    const { send } = await importerInto(await newLog([ownScopes()]));
    await send(first as ImportRequest);
    expect(await refusedLater(send(first as ImportRequest))).toMatchObject({
      reason: "IMPORT_UNDER_WAY",
      retryAfterMs: 10_000,
    });
  });

  it("refuses parts of an import that nobody began, or that do not follow", async () => {
    const [first, second, third] = await exported(await newLog(history()));
    const { send, loaded } = await importerInto(await newLog([ownScopes()]));
    const strange = await refusedLater(send({ ...(second as ImportRequest), importId: "strange" }));
    expect(strange.reason).toBe("IMPORT_UNKNOWN");
    const { importId } = await send(first as ImportRequest);
    const skipping = await refusedLater(
      send({ ...(third as ImportRequest), importId, complete: true, continued: false }),
    );
    expect(skipping.reason).toBe("IMPORT_UNKNOWN");
    expect(loaded).toEqual([]);
  });

  it("refuses to complete what is not whole", async () => {
    const [first] = await exported(await newLog(history()));
    const { send, loaded } = await importerInto(await newLog([ownScopes()]));
    const torn = { ...(first as ImportRequest), continued: true };
    const { importId } = await send(torn);
    const end = { importId, part: 1, entries: [], continued: false, complete: true };
    expect((await refusedLater(send(end))).reason).toBe("IMPORT_UNKNOWN");
    expect(loaded).toEqual([]);
  });

  it.each([
    { what: "the store is away", error: new StoreUnavailableError("The database at db.internal is away") },
    { what: "another registry is in it by now", error: new HistoryGoneError("Another registry is in db.internal") },
  ])("can be tried again when $what", async ({ error }) => {
    const log = await newLog([ownScopes()]);
    const { state } = await stateOf(log);
    const begin = () => Promise.reject(error);
    const broken = { ...watchLog(log), imports: { ...log.imports, begin } };
    const request = { importId: "", part: 0, entries: [sampleEntry(1)], continued: false, complete: true };
    const refusal = await refusedLater(importLog(broken, state, ADMIN, request, NO_NAMES, async () => 0));
    expect(refusal).toMatchObject({ reason: "STORE_UNAVAILABLE", retryAfterMs: 1_000 });
    expect(refusal.message).not.toContain("db.internal");
  });
});
