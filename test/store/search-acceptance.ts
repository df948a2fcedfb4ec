/** What `ScopeLog.search` promises. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type LogQuery, resourceServersOf } from "../../src/store/log-query.ts";
import type { LogEntry, RecordChange, ScopeLog } from "../../src/store/scope-log.ts";
import {
  createScope,
  sampleClient,
  sampleEntry,
  sampleReservedName,
  sampleResourceServer,
  sampleScope,
} from "./sample-records.ts";

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

const scopeOf = (name: string, owner = "billing-api") => createScope(sampleScope({ name, owner }));
const reserve = (name: string): RecordChange => ({
  kind: "reservedName",
  name,
  before: undefined,
  after: sampleReservedName({ name }),
});
const client = (clientId: string): RecordChange => ({
  kind: "client",
  name: clientId,
  before: undefined,
  after: sampleClient({ clientId }),
});
const moved: RecordChange = {
  kind: "scope",
  name: "a",
  before: sampleScope({ name: "a", owner: "billing-api" }),
  after: sampleScope({ name: "a", owner: "docs-api" }),
};
const server: RecordChange = {
  kind: "resourceServer",
  name: "docs-api",
  before: undefined,
  after: sampleResourceServer({ name: "docs-api" }),
};

/** Names, resource servers, clients, actors, kinds and times that are told apart, and are the same now and then. */
function variedEntries(): LogEntry[] {
  return [
    sampleEntry(1, [scopeOf("a", ""), scopeOf("b", "")], {
      actor: "",
      resourceServer: "",
      kind: "OWN_SCOPES",
      time: 10,
    }),
    sampleEntry(2, [scopeOf("a"), scopeOf("c")], { time: 30 }),
    // Planned before the one above, on a server whose clock is behind.
    sampleEntry(3, [scopeOf("c", "docs-api")], { actor: "docs-api", resourceServer: "docs-api", time: 20 }),
    sampleEntry(4, [client("a"), client("shop")], { actor: "admin", resourceServer: "", kind: "GRANT", time: 40 }),
    sampleEntry(5, [moved], { actor: "admin", resourceServer: "", kind: "TRANSFER", time: 50 }),
    sampleEntry(6, [server], { actor: "admin", resourceServer: "docs-api", kind: "RESOURCE_SERVER", time: 60 }),
    sampleEntry(7, [reserve("b")], { kind: "DELETION", time: 70 }),
    sampleEntry(8, [], { time: 70 }),
  ];
}

/** The same by looking at every entry. */
function expected(entries: readonly LogEntry[], query: LogQuery): number[] {
  const passes = (entry: LogEntry) =>
    (query.scope === undefined || changes(entry, ["scope", "reservedName"], query.scope)) &&
    (query.clientId === undefined || changes(entry, ["client"], query.clientId)) &&
    (query.resourceServer === undefined || resourceServersOf(entry).includes(query.resourceServer)) &&
    (query.actor === undefined || entry.actor === query.actor) &&
    (query.kinds === undefined || query.kinds.includes(entry.kind)) &&
    entry.time >= (query.startTime ?? 0) &&
    entry.time < (query.endTime ?? UNBOUNDED) &&
    entry.revision > (query.after ?? 0) &&
    entry.revision < (query.before ?? UNBOUNDED);
  return entries
    .filter(passes)
    .map(({ revision }) => revision)
    .toReversed();
}

function changes(entry: LogEntry, kinds: readonly string[], name: string): boolean {
  return entry.changes.some((change) => kinds.includes(change.kind) && change.name === name);
}

const anyQuery: fc.Arbitrary<LogQuery> = fc.record(
  {
    scope: fc.constantFrom("a", "b", "c", "shop"),
    clientId: fc.constantFrom("a", "shop", "b"),
    resourceServer: fc.constantFrom("billing-api", "docs-api", "admin"),
    actor: fc.constantFrom("", "billing-api", "docs-api", "admin", "nobody"),
    kinds: fc.uniqueArray(fc.constantFrom("OWN_SCOPES", "REGISTRATION", "GRANT", "TRANSFER"), { minLength: 1 }),
    startTime: fc.constantFrom(10, 20, 25, 70, 80),
    endTime: fc.constantFrom(10, 30, 35, 71),
    after: fc.nat(8),
    before: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: [] },
);

/** The tests of searching a log that is new for each of them. */
export function describeSearch(log: () => ScopeLog): void {
  describe("when it is searched", () => {
    let entries: LogEntry[];

    beforeEach(async () => {
      entries = variedEntries();
      await log().commit(entries);
    });

    it("gives whole entries, newest first", async () => {
      expect(await log().search({}, 100, UNBOUNDED)).toStrictEqual(entries.toReversed());
    });

    it.each<[string, LogQuery, number[]]>([
      ["a scope's name, also reserved, and of no other kind of record", { scope: "a" }, [5, 2, 1]],
      ["a name that was reserved", { scope: "b" }, [7, 1]],
      ["a client", { clientId: "a" }, [4]],
      ["a resource server, also one that gave a scope away", { resourceServer: "billing-api" }, [8, 7, 5, 2]],
      ["a resource server that got one, and whose settings changed", { resourceServer: "docs-api" }, [6, 5, 3]],
      ["an actor", { actor: "admin" }, [6, 5, 4]],
      ["the registry itself", { actor: "" }, [1]],
      ["kinds", { kinds: ["GRANT", "OWN_SCOPES"] }, [4, 1]],
      ["a time, whatever the order of times", { startTime: 20, endTime: 40 }, [3, 2]],
      ["revisions", { after: 2, before: 5 }, [4, 3]],
      ["something that is not there", { scope: "nothing" }, []],
    ])("finds by %s", async (_, query, revisions) => {
      expect((await log().search(query, 100, UNBOUNDED)).map(({ revision }) => revision)).toEqual(revisions);
    });

    it("combines filters with AND, and pages with `before`", async () => {
      await fc.assert(
        fc.asyncProperty(anyQuery, fc.integer({ min: 1, max: 3 }), async (query, limit) => {
          const found: number[] = [];
          for (let before = query.before; ; before = found.at(-1)) {
            const page = await log().search({ ...query, before }, limit, UNBOUNDED);
            expect(page.length).toBeLessThanOrEqual(limit);
            found.push(...page.map(({ revision }) => revision));
            if (page.length < limit) break;
          }
          expect(found).toEqual(expected(entries, query));
        }),
        { numRuns: 150 },
      );
    });

    it("ends a page when it has come to so many bytes, and gives one entry at least", async () => {
      expect(await log().search({}, 100, 1)).toStrictEqual(entries.slice(-1));
      expect(await log().search({}, 100, 0)).toStrictEqual(entries.slice(-1));
      const page = await log().search({}, 100, 1_500);
      expect(page.length).toBeGreaterThan(1);
      expect(page.length).toBeLessThan(entries.length);
    });
  });
}
