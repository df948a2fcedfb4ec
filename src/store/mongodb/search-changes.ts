import type { Filter } from "mongodb";
import type { LogQuery } from "../log-query.ts";
import type { ChangeKindName, LogEntry } from "../scope-log.ts";
import type { Collections } from "./collections.ts";
import type { EntryDocument } from "./documents/entry-document.ts";
import { readUpTo } from "./read-changes.ts";

/** What the log is searched by, and read by newest first. Entries from before governance have no `resource_servers`. */
export const SEARCH_INDEXES = [
  { "changes.name": 1, _id: 1 },
  { resource_servers: 1, _id: 1 },
  { resource_server: 1, _id: 1 },
  { actor: 1, _id: 1 },
  { kind: 1, _id: 1 },
  { time: 1, _id: 1 },
] as const;

/** Entries that pass a query, newest first: see `ScopeLog.search`. */
export async function searchChanges(
  collections: Collections,
  query: LogQuery,
  limit: number,
  maxBytes: number,
): Promise<readonly LogEntry[]> {
  const cursor = collections.changes.find(filterOf(query), { sort: { _id: -1 }, limit });
  return (await readUpTo(collections, maxBytes, cursor)).entries;
}

function filterOf(query: LogQuery): Filter<EntryDocument> {
  const { scope, resourceServer, clientId, actor, kinds, startTime, endTime, after, before } = query;
  const all: Filter<EntryDocument>[] = [];
  if (scope !== undefined) {
    all.push({ changes: { $elemMatch: { name: scope, kind: { $in: ["scope", "reservedName"] } } } });
  }
  if (clientId !== undefined) all.push({ changes: { $elemMatch: { name: clientId, kind: "client" } } });
  if (resourceServer !== undefined) {
    all.push({ $or: [{ resource_servers: resourceServer }, { resource_server: resourceServer }] });
  }
  if (actor !== undefined) all.push({ actor });
  if (kinds !== undefined) all.push({ $or: [{ kind: { $in: kinds } }, ...earlierOf(kinds)] });
  if (startTime !== undefined) all.push({ time: { $gte: new Date(startTime) } });
  if (endTime !== undefined) all.push({ time: { $lt: new Date(endTime) } });
  if (after !== undefined) all.push({ _id: { $gt: after } });
  if (before !== undefined) all.push({ _id: { $lt: before } });
  return all.length === 0 ? {} : { $and: all };
}

/** Which entries from before governance are of one of these kinds. */
function earlierOf(kinds: readonly ChangeKindName[]): Filter<EntryDocument>[] {
  const earlier: Filter<EntryDocument>[] = [];
  if (kinds.includes("OWN_SCOPES")) earlier.push({ kind: { $exists: false }, actor: "" });
  if (kinds.includes("REGISTRATION")) earlier.push({ kind: { $exists: false }, actor: { $ne: "" } });
  return earlier;
}
