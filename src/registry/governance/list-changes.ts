import type { ChangeKindName, LogEntry, RecordKind, ScopeLog } from "../../store/scope-log.ts";
import { MAX_ANSWER_BYTES } from "../limits.ts";
import { decodePageToken, encodePageToken, unknownPageToken } from "../page-token.ts";
import type { RegistryView } from "../registry-view.ts";
import { type Actor, refuseUnlessOwnServer } from "./authority.ts";
import { checkChangesQuery } from "./check-changes-query.ts";
import { type EntryPart, entryParts } from "./entry-parts.ts";
import type { ChangesQuery, Page } from "./governance.ts";
import { narrowEntry } from "./narrow-entry.ts";
import { fittingItems, pageSizeOf } from "./page.ts";
import { storeRefusal } from "./store-refusal.ts";

/** Where a page begins: at a part of the entry of a revision, or at the next older entry that is to be listed. */
interface Position {
  readonly revision: number;
  readonly part: number;
}

/**
 * One page of the log, newest entry first. An entry that is larger than an answer comes on several pages, each with a part of
 * its changes.
 *
 * An administrator is shown everything. An owner is shown what concerns it, and of that what {@link narrowEntry} leaves: its
 * search is tied to its own name, so that the other filters only make less of what it may see. A page of its may be empty and
 * others follow. An act on the grants of several owners' scopes concerns none of them by itself: an administrator finds it
 * by the client.
 *
 * @throws {RegistryError} INVALID_REQUEST, INVALID_PAGE_TOKEN, SCOPE_NOT_OWNED, STORE_UNAVAILABLE
 */
export async function listChanges(
  log: ScopeLog,
  actor: Actor,
  query: ChangesQuery,
  view: RegistryView,
): Promise<Page<LogEntry>> {
  checkChangesQuery(query);
  if (query.resourceServer !== "") refuseUnlessOwnServer(actor, query.resourceServer);
  const resourceServer = actor.isAdmin ? query.resourceServer : actor.owner;
  const { scope, clientId, kinds, startTime, endTime, sinceRevision, beforeRevision } = query;
  const filters = [
    ...[scope, resourceServer, clientId, query.actor, kinds, startTime, endTime],
    ...[sinceRevision, beforeRevision],
  ];
  const begin = query.pageToken === "" ? undefined : readPosition(decodePageToken(query.pageToken, filters));

  const read = (before: number | undefined, limit: number, maxBytes: number) =>
    search(log, { ...query, resourceServer }, before, limit, maxBytes);
  const found = await read(
    begin ? begin.revision + 1 : beforeRevision || undefined,
    pageSizeOf(query) + 1,
    MAX_ANSWER_BYTES,
  );
  const shown = actor.isAdmin ? found : found.flatMap((entry) => shownTo(actor.owner, entry, query, view));
  const parts = shown.flatMap((entry) => entryParts(entry, MAX_ANSWER_BYTES)).filter((part) => !isBefore(part, begin));
  const page = fittingItems(parts.slice(0, pageSizeOf(query)), ({ bytes }) => bytes);
  const next = parts[page.length];

  const end = next === undefined ? await olderThan(found.at(-1)) : { revision: next.entry.revision, part: next.at };
  return {
    items: page.map(({ entry }) => entry),
    nextPageToken: end === undefined ? "" : encodePageToken(`${end.revision}.${end.part}`, filters),
  };

  async function olderThan(last: LogEntry | undefined): Promise<Position | undefined> {
    const older = last && (await read(last.revision, 1, 1))[0];
    return older && { revision: older.revision, part: 0 };
  }
}

function readPosition(text: string): Position {
  const [, revision, part] = /^([1-9]\d{0,15})\.(0|[1-9]\d{0,5})$/.exec(text) ?? [];
  if (revision === undefined || part === undefined) throw unknownPageToken();
  return { revision: Math.min(Number(revision), Number.MAX_SAFE_INTEGER - 1), part: Number(part) };
}

async function search(
  log: ScopeLog,
  query: ChangesQuery,
  before: number | undefined,
  limit: number,
  maxBytes: number,
): Promise<readonly LogEntry[]> {
  const { scope, resourceServer, clientId, actor, kinds, startTime, endTime, sinceRevision } = query;
  try {
    return await log.search(
      {
        scope: scope || undefined,
        resourceServer: resourceServer || undefined,
        clientId: clientId || undefined,
        actor: actor || undefined,
        // checkChangesQuery has refused those that are unknown.
        kinds: kinds.length > 0 ? (kinds as readonly ChangeKindName[]) : undefined,
        startTime,
        endTime,
        after: sinceRevision || undefined,
        before,
      },
      limit,
      maxBytes,
    );
  } catch (error) {
    throw storeRefusal(error, "changes cannot be listed");
  }
}

/** What an owner is shown of an entry: nothing where what it asked for is in the part of others. */
function shownTo(owner: string, entry: LogEntry, query: ChangesQuery, view: RegistryView): readonly LogEntry[] {
  const narrowed = narrowEntry(entry, owner, view);
  if (narrowed === undefined) return [];
  const has = (name: string, ...kinds: RecordKind[]) =>
    name === "" || narrowed.changes.some((change) => change.name === name && kinds.includes(change.kind));
  return has(query.scope, "scope", "reservedName") && has(query.clientId, "client") ? [narrowed] : [];
}

function isBefore({ entry, at }: EntryPart, begin: Position | undefined): boolean {
  return begin !== undefined && entry.revision === begin.revision && at < begin.part;
}
