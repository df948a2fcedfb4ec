import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import type { LogEntry, RecordChange } from "../store/scope-log.ts";
import { estimateEntryBytes } from "./record-size.ts";

/** One scope's change, as readers see it. */
export interface WatchedChange {
  readonly name: string;
  readonly before: ScopeRecord | undefined;
  readonly after: ScopeRecord | undefined;
}

/** A change of a client's policy or grants, as readers see it. */
export interface WatchedClientChange {
  readonly clientId: string;
  readonly after: ClientRecord | undefined;
}

/** A part of the state that a feed begins with. */
export interface SnapshotEvent {
  readonly type: "snapshot";
  readonly registryId: string;
  readonly revision: number;
  readonly scopes: readonly ScopeRecord[];
  readonly clients: readonly ClientRecord[];
  readonly complete: boolean;
}

/** One revision's changes, or a part of them. */
export interface ChangeEvent {
  readonly type: "change";
  readonly revision: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  readonly changes: readonly WatchedChange[];
  readonly clientChanges: readonly WatchedClientChange[];
  /** Whether another part follows. */
  readonly continued: boolean;
}

/** The reader has everything up to the revision. */
export interface BookmarkEvent {
  readonly type: "bookmark";
  readonly registryId: string;
  readonly revision: number;
  /** When there was nothing newer, in milliseconds since 1970-01-01T00:00:00Z; undefined: there may be, it follows. */
  readonly time: number | undefined;
}

/** What a reader of the registry is sent. Readers without a filter share the objects: what is made of one is made once. */
export type WatchEvent = SnapshotEvent | ChangeEvent | BookmarkEvent;

/** How much one part of a revision's changes holds: little enough to arrive over a slow line before it counts as silent. */
const MAX_PART_BYTES = 1024 * 1024;

/** One revision's changes in parts, for readers of either kind. The two are the same where no client changed. */
export interface RevisionEvents {
  readonly withClients: readonly ChangeEvent[];
  readonly scopesOnly: readonly ChangeEvent[];
}

/** The changes of an entry of the log, in as many parts as messages need. */
export function changeEvents(entry: LogEntry): RevisionEvents {
  const scopesOnly = partsOf(entry, false);
  const hasClients = entry.changes.some(({ kind }) => kind === "client");
  return { scopesOnly, withClients: hasClients ? partsOf(entry, true) : scopesOnly };
}

interface Part {
  readonly changes: WatchedChange[];
  readonly clientChanges: WatchedClientChange[];
}

function partsOf({ revision, time, changes }: LogEntry, withClients: boolean): readonly ChangeEvent[] {
  let last: Part = { changes: [], clientChanges: [] };
  const parts = [last];
  let bytes = 0;
  for (const change of changes) {
    if (change.kind !== "scope" && !(withClients && change.kind === "client")) continue;
    const size = sizeOf(change);
    if (bytes > 0 && bytes + size > MAX_PART_BYTES) {
      last = { changes: [], clientChanges: [] };
      parts.push(last);
      bytes = 0;
    }
    bytes += size;
    if (change.kind === "client") last.clientChanges.push({ clientId: change.name, after: change.after });
    else last.changes.push({ name: change.name, before: change.before, after: change.after });
  }
  return parts.map((part, at) => ({ type: "change", revision, time, ...part, continued: at < parts.length - 1 }));
}

/** Of a client is not told what it was. */
function sizeOf(change: RecordChange): number {
  return estimateEntryBytes([change.kind === "client" ? { ...change, before: undefined } : change]);
}
