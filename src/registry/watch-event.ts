import type { ScopeRecord } from "@scope-registry/client/judging";
import type { LogEntry } from "../store/scope-log.ts";
import { estimateScopeBytes } from "./record-size.ts";

/** One scope's change, as readers see it. */
export interface WatchedChange {
  readonly name: string;
  readonly before: ScopeRecord | undefined;
  readonly after: ScopeRecord | undefined;
}

/** A part of the state that a feed begins with. */
export interface SnapshotEvent {
  readonly type: "snapshot";
  readonly registryId: string;
  readonly revision: number;
  readonly scopes: readonly ScopeRecord[];
  readonly complete: boolean;
}

/** One revision's changes, or a part of them. */
export interface ChangeEvent {
  readonly type: "change";
  readonly revision: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  readonly changes: readonly WatchedChange[];
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

/** The changes of an entry of the log, in as many parts as messages need. */
export function changeEvents({ revision, time, changes }: LogEntry): readonly ChangeEvent[] {
  const parts: WatchedChange[][] = [[]];
  let bytes = 0;
  for (const change of changes) {
    if (change.kind !== "scope") continue;
    const size = estimateScopeBytes(change.before) + estimateScopeBytes(change.after);
    if (bytes > 0 && bytes + size > MAX_PART_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    bytes += size;
    parts.at(-1)?.push({ name: change.name, before: change.before, after: change.after });
  }
  return parts.map((part, at) => ({
    type: "change",
    revision,
    time,
    changes: part,
    continued: at < parts.length - 1,
  }));
}
