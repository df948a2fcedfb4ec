import type { LogEntry, RecordChange } from "../../store/scope-log.ts";
import { estimateEntryBytes, estimateTextBytes } from "../record-size.ts";

/** What an entry takes beside its changes and its texts, at the most. */
const ENTRY_OVERHEAD_BYTES = 64;

/** A part of an entry of the log, for a message: the entry with some of its changes. */
export interface EntryPart {
  readonly entry: LogEntry;
  /** 0, 1, 2 … */
  readonly at: number;
  readonly isLast: boolean;
  /** How many bytes it takes in a message, never too low. */
  readonly bytes: number;
}

/**
 * Parts an entry where it is larger than a message may be: an entry holds up to `MAX_ENTRY_BYTES`. The same entry is parted at
 * the same places each time. A change is never parted, so that a part with a single one may be larger.
 */
export function entryParts(entry: LogEntry, maxBytes: number): readonly EntryPart[] {
  const overhead = ENTRY_OVERHEAD_BYTES + estimateTextBytes([entry.actor, entry.resourceServer, entry.requestId]);
  let part = { changes: [] as RecordChange[], bytes: overhead };
  const parts = [part];
  for (const change of entry.changes) {
    const bytes = estimateEntryBytes([change]);
    if (part.bytes + bytes > maxBytes && part.changes.length > 0) {
      part = { changes: [], bytes: overhead };
      parts.push(part);
    }
    part.changes.push(change);
    part.bytes += bytes;
  }
  return parts.map(({ changes, bytes }, at) => ({
    entry: parts.length === 1 ? entry : { ...entry, changes },
    at,
    isLast: at === parts.length - 1,
    bytes,
  }));
}
