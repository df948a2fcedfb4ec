import type { LogEntry } from "@scope-registry/client/messages";

/** Entries of several pages, in order: one that came in parts, as it is larger than a page, is one again. */
export function joinEntries(entries: readonly LogEntry[]): LogEntry[] {
  const joined: LogEntry[] = [];
  for (const entry of entries) {
    const last = joined.at(-1);
    if (last?.revision === entry.revision) joined[joined.length - 1] = joinParts(last, entry);
    else joined.push(entry);
  }
  return joined;
}

function joinParts(first: LogEntry, more: LogEntry): LogEntry {
  return {
    ...first,
    changes: [...first.changes, ...more.changes],
    resourceServerChanges: [...first.resourceServerChanges, ...more.resourceServerChanges],
    clientPolicyChanges: [...first.clientPolicyChanges, ...more.clientPolicyChanges],
    reservedNameChanges: [...first.reservedNameChanges, ...more.reservedNameChanges],
    ...(more.registryPolicyChange === undefined ? {} : { registryPolicyChange: more.registryPolicyChange }),
  };
}
