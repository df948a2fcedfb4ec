import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../../src/registry/governance/authority.ts";
import type { ChangesQuery, Page } from "../../../src/registry/governance/governance.ts";
import { listChanges } from "../../../src/registry/governance/list-changes.ts";
import { RegistryState } from "../../../src/registry/registry-state.ts";
import type { ChangeKindName, LogEntry, RecordChange, ScopeLog } from "../../../src/store/scope-log.ts";
import { StoreUnavailableError } from "../../../src/store/store-errors.ts";
import { createScope, sampleEntry, sampleScope } from "../../store/sample-records.ts";
import type { LogPlace } from "../../store/scope-log-acceptance.ts";
import { sqlitePlace, watchLog } from "../opened-registry.ts";
import { refusedLater } from "./refused-by.ts";
import { clientChange, grantsOf, newPolicy, newScope, newServer, transfer } from "./sample-changes.ts";

const ADMIN: Actor = { owner: "operator", isAdmin: true, mayRegisterDefaults: false };
const BILLING: Actor = { owner: "billing-api", isAdmin: false, mayRegisterDefaults: false };
const DOCS: Actor = { ...BILLING, owner: "docs-api" };
const TIME = 1_700_000_000_000;

let place: LogPlace;
let log: ScopeLog;
let state: RegistryState;

function act(kind: ChangeKindName, actor: string, resourceServer: string, ...changes: RecordChange[]): LogEntry {
  const revision = state.revision + 1;
  const entry = sampleEntry(revision, changes, { kind, actor, resourceServer, time: TIME + revision });
  state.apply(entry);
  return entry;
}

function query(changes: Partial<ChangesQuery> = {}): ChangesQuery {
  const filters = { scope: "", resourceServer: "", clientId: "", actor: "", kinds: [] };
  const bounds = { startTime: undefined, endTime: undefined, sinceRevision: 0, beforeRevision: 0 };
  return { ...filters, ...bounds, pageSize: 0, pageToken: "", ...changes };
}

function list(actor: Actor, changes: Partial<ChangesQuery> = {}): Promise<Page<LogEntry>> {
  return listChanges(log, actor, query(changes), state);
}

async function revisionsFor(actor: Actor, changes: Partial<ChangesQuery> = {}): Promise<number[]> {
  return (await list(actor, changes)).items.map(({ revision }) => revision);
}

beforeAll(async () => {
  place = await sqlitePlace();
  log = await place.open();
  state = new RegistryState();
  const granted = grantsOf("web-shop", ["a"]);
  const disabled = (name: string, owner: string): RecordChange => {
    const before = sampleScope({ name, owner });
    return { kind: "scope", name, before, after: { ...before, state: "DISABLED", revision: 7 } };
  };
  await log.commit([
    act("OWN_SCOPES", "", "", newScope("scope_registry.read", "")),
    act("REGISTRATION", "billing-api", "billing-api", newScope("a", "billing-api"), newServer("billing-api")),
    act("REGISTRATION", "docs-api", "docs-api", newScope("b", "docs-api"), newScope("c", "docs-api")),
    act("GRANT", "operator", "billing-api", clientChange(undefined, granted)),
    act("GRANT", "operator", "", clientChange(granted, grantsOf("web-shop", ["a", "b", "c"]))),
    act("TRANSFER", "docs-api", "docs-api", transfer("c", "docs-api", "billing-api", 6)),
    act("DISABLING", "operator", "", disabled("a", "billing-api"), disabled("b", "docs-api")),
    act("REGISTRY_POLICY", "operator", "", newPolicy(8)),
  ]);
});

afterAll(async () => {
  await log.close();
  await place.remove();
});

describe("listing changes as an administrator", () => {
  it("gives every entry as it was committed, newest first", async () => {
    expect((await list(ADMIN)).items).toEqual((await log.read(0, 10)).toReversed());
  });

  it.each<{ filter: Partial<ChangesQuery>; revisions: number[] }>([
    { filter: { scope: "a" }, revisions: [7, 2] },
    { filter: { resourceServer: "billing-api" }, revisions: [7, 6, 4, 2] },
    { filter: { clientId: "web-shop" }, revisions: [5, 4] },
    { filter: { actor: "docs-api" }, revisions: [6, 3] },
    { filter: { kinds: ["GRANT", "TRANSFER"] }, revisions: [6, 5, 4] },
    { filter: { startTime: TIME + 3, endTime: TIME + 5 }, revisions: [4, 3] },
    { filter: { sinceRevision: 6 }, revisions: [8, 7] },
    { filter: { beforeRevision: 3 }, revisions: [2, 1] },
    { filter: { sinceRevision: 4, beforeRevision: 6 }, revisions: [5] },
    { filter: { actor: "operator", kinds: ["GRANT"], sinceRevision: 4 }, revisions: [5] },
    { filter: { scope: "nobody's" }, revisions: [] },
  ])("filters by $filter", async ({ filter, revisions }) => {
    expect(await revisionsFor(ADMIN, filter)).toEqual(revisions);
  });

  it.each([1, 2, 3, 4, 7, 8, 9])("gives all of it in pages of %i", async (pageSize) => {
    const pages: number[][] = [];
    let pageToken = "";
    do {
      const page = await list(ADMIN, { pageSize, pageToken });
      pages.push(page.items.map(({ revision }) => revision));
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && pages.length < 10);
    expect(pages.flat()).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(pages).toHaveLength(Math.ceil(8 / pageSize));
  });
});

describe("listing changes before a revision", () => {
  it("gives the same in pages, and refuses a page of another bound", async () => {
    const first = await list(ADMIN, { beforeRevision: 7, pageSize: 2 });
    expect(first.items.map(({ revision }) => revision)).toEqual([6, 5]);
    const next = { pageSize: 2, pageToken: first.nextPageToken };
    expect(await revisionsFor(ADMIN, { ...next, beforeRevision: 7 })).toEqual([4, 3]);
    const refusal = await refusedLater(list(ADMIN, { ...next, beforeRevision: 8 }));
    expect(refusal.reason).toBe("INVALID_PAGE_TOKEN");
  });
});

describe("listing changes as an owner", () => {
  it("gives what concerns it, whether it names itself or nobody", async () => {
    expect(await revisionsFor(BILLING)).toEqual([7, 6, 4, 2]);
    expect(await revisionsFor(BILLING, { resourceServer: "billing-api" })).toEqual([7, 6, 4, 2]);
    expect(await revisionsFor(DOCS)).toEqual([7, 6, 3]);
  });

  it("shows of each entry its own part", async () => {
    const { items } = await list(DOCS);
    expect(items.map(({ changes }) => changes.map(({ name }) => name))).toEqual([["b"], ["c"], ["b", "c"]]);
  });

  it("refuses to show what concerns another resource server", async () => {
    const refusal = await refusedLater(list(BILLING, { resourceServer: "docs-api" }));
    expect(refusal).toMatchObject({ reason: "SCOPE_NOT_OWNED", message: expect.stringContaining("docs-api") });
  });

  it("does not tell, by a filter, what else an entry changed", async () => {
    expect(await revisionsFor(BILLING, { scope: "a" })).toEqual([7, 2]);
    expect(await revisionsFor(BILLING, { scope: "b" })).toEqual([]);
    expect(await revisionsFor(DOCS, { clientId: "web-shop" })).toEqual([]);
    expect(await revisionsFor(BILLING, { clientId: "web-shop" })).toEqual([4]);
  });

  it("gives pages that may be empty, and others behind them", async () => {
    const found: number[] = [];
    let pageToken = "";
    let pages = 0;
    do {
      const page = await list(BILLING, { scope: "a", pageSize: 1, pageToken });
      found.push(...page.items.map(({ revision }) => revision));
      pageToken = page.nextPageToken;
      pages += 1;
    } while (pageToken !== "" && pages < 10);
    expect(found).toEqual([7, 2]);
  });
});

describe("an entry that is larger than an answer", () => {
  it("comes on several pages, each with the rest of its changes", async ({ onTestFinished }) => {
    const ownPlace = await sqlitePlace();
    const large = await ownPlace.open();
    onTestFinished(async () => {
      await large.close();
      await ownPlace.remove();
    });
    const description = "\u{1f511}".repeat(1_000);
    const scopes = Array.from({ length: 2_500 }, (_, at) => createScope(sampleScope({ name: `s${at}`, description })));
    const small = sampleEntry(1, [newScope("small", "billing-api")]);
    const whole = sampleEntry(2, scopes);
    await large.commit([small, whole]);

    for (const actor of [ADMIN, BILLING]) {
      const items: LogEntry[] = [];
      let pageToken = "";
      do {
        const page = await listChanges(large, actor, query({ pageToken }), state);
        expect(Buffer.byteLength(JSON.stringify(page.items))).toBeLessThan(4 * 1024 * 1024);
        items.push(...page.items);
        pageToken = page.nextPageToken;
      } while (pageToken !== "" && items.length < 10);
      expect(items.at(-1)).toEqual(small);
      expect(items.length).toBeGreaterThan(3);
      expect(items.slice(0, -1).flatMap(({ changes }) => changes)).toEqual(whole.changes);
      expect(items.slice(0, -1).every(({ revision }) => revision === 2)).toBe(true);
    }
  });
});

describe("a query for changes", () => {
  it.each<{ what: string; changes: Partial<ChangesQuery>; field: string }>([
    { what: "a scope of 256 characters", changes: { scope: "s".repeat(256) }, field: "scope" },
    { what: "a resource server of 513", changes: { resourceServer: "r".repeat(513) }, field: "resource_server" },
    { what: "a client of 513", changes: { clientId: "c".repeat(513) }, field: "client_id" },
    { what: "an actor of 513", changes: { actor: "a".repeat(513) }, field: "actor" },
    { what: "an unknown kind", changes: { kinds: ["GRANT", "UNRECOGNIZED"] }, field: "kinds[1]" },
    { what: "15 kinds", changes: { kinds: Array.from({ length: 15 }, () => "GRANT" as const) }, field: "kinds" },
    { what: "a start that is no time", changes: { startTime: Number.NaN }, field: "start_time" },
    { what: "an end that is no time", changes: { endTime: Number.NaN }, field: "end_time" },
    { what: "an end before the start", changes: { startTime: 2, endTime: 1 }, field: "end_time" },
    { what: "a revision above 2^53 - 1", changes: { sinceRevision: 2 ** 53 }, field: "since_revision" },
    { what: "a bound above 2^53 - 1", changes: { beforeRevision: 2 ** 53 }, field: "before_revision" },
    { what: "a negative page size", changes: { pageSize: -1 }, field: "page_size" },
  ])("is refused with $what", async ({ changes, field }) => {
    const refusal = await refusedLater(list(ADMIN, changes));
    expect(refusal).toMatchObject({ reason: "INVALID_REQUEST", violations: [{ field }] });
  });

  it("is refused with a page token of other filters, or of none", async () => {
    const { nextPageToken: pageToken } = await list(ADMIN, { pageSize: 1 });
    expect(await revisionsFor(ADMIN, { pageToken, pageSize: 2 })).toEqual([7, 6]);
    const refusals = await Promise.all([
      refusedLater(list(ADMIN, { pageToken, scope: "a" })),
      refusedLater(list(BILLING, { pageToken })),
      refusedLater(list(ADMIN, { pageToken: "x" })),
    ]);
    expect(refusals.map(({ reason }) => reason)).toEqual(refusals.map(() => "INVALID_PAGE_TOKEN"));
  });

  it("is refused while the store is away", async () => {
    const search = () => Promise.reject(new StoreUnavailableError("The database at db.internal is away"));
    const refusal = await refusedLater(listChanges({ ...watchLog(log), search }, ADMIN, query(), state));
    expect(refusal.reason).toBe("STORE_UNAVAILABLE");
    expect(refusal.message).not.toContain("db.internal");
  });
});
