import { expect } from "vitest";
import type { LogEntry, ScopeLog } from "../../src/store/scope-log.ts";
import { type Acknowledged, STORM_SCOPES } from "./registration-storm.ts";
import { connectTo } from "./registry-connection.ts";
import type { ServerProcess } from "./server-process.ts";

/** What is wrong with what was kept of a storm; all empty: nothing. */
export interface StormVerdict {
  /** Acknowledged registrations that are not there whole, at the revision that was acknowledged. */
  readonly lost: readonly string[];
  /** Registrations of which only some scopes are there. */
  readonly halves: readonly string[];
  /** Revisions that do not follow on the one before. */
  readonly gaps: readonly number[];
}

/** What a storm should have left. */
const NOTHING_WRONG: StormVerdict = { lost: [], halves: [], gaps: [] };

/** Compares the scopes that a server lists with what was acknowledged. */
export async function judgeListing(
  server: ServerProcess,
  acknowledged: readonly Acknowledged[],
): Promise<Omit<StormVerdict, "gaps">> {
  const revisions = await listRevisions(server);
  return judge(revisions, acknowledged);
}

/** Expects that a log holds all that was acknowledged, nothing by half and without gaps, and closes it. */
export async function expectKept(log: ScopeLog, acknowledged: readonly Acknowledged[]): Promise<void> {
  try {
    expect(await judgeLog(log, acknowledged)).toEqual(NOTHING_WRONG);
  } finally {
    await log.close();
  }
}

async function judgeLog(log: ScopeLog, acknowledged: readonly Acknowledged[]): Promise<StormVerdict> {
  const entries = await readAll(log);
  const revisions = new Map(
    entries.flatMap(({ revision, changes }) =>
      changes.filter(({ kind }) => kind === "scope").map(({ name }) => [name, revision] as const),
    ),
  );
  const gaps = entries.filter(({ revision }, at) => revision !== at + 1).map(({ revision }) => revision);
  return { ...judge(revisions, acknowledged), gaps };
}

function judge(
  revisions: ReadonlyMap<string, number>,
  acknowledged: readonly Acknowledged[],
): Omit<StormVerdict, "gaps"> {
  const registrations = Map.groupBy(revisions, ([name]) => name.slice(0, name.lastIndexOf(":") + 1));
  registrations.delete("");
  const isWhole = (scopes: readonly (readonly [string, number])[] = []) =>
    scopes.length === STORM_SCOPES && new Set(scopes.map(([, revision]) => revision)).size === 1;
  return {
    lost: acknowledged
      .filter(({ prefix, revision }) => {
        const scopes = registrations.get(prefix);
        return !isWhole(scopes) || scopes?.[0]?.[1] !== revision;
      })
      .map(({ prefix }) => prefix),
    halves: [...registrations].filter(([, scopes]) => !isWhole(scopes)).map(([prefix]) => prefix),
  };
}

/** The revision of every scope that a server lists. */
async function listRevisions(server: ServerProcess): Promise<Map<string, number>> {
  using connection = connectTo(server);
  const client = connection.as(await server.token("auditor", "scope_registry.read"));
  const revisions = new Map<string, number>();
  let pageToken = "";
  do {
    const page = await client.listScopes({ pageSize: 1_000, pageToken });
    for (const { name, revision } of page.scopes) revisions.set(name, Number(revision));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return revisions;
}

async function readAll(log: ScopeLog): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (;;) {
    const batch = await log.read(entries.at(-1)?.revision ?? 0, 1_000);
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}
