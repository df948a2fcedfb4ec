import type { ExportRegistryResponse, LogEntry } from "@scope-registry/client";

/** The entries of an exported log, each whole: the registry sends a large one in several parts. */
export async function* joinParts(parts: AsyncIterable<ExportRegistryResponse>): AsyncGenerator<LogEntry> {
  let open: LogEntry | undefined;
  for await (const { entries, continued } of parts) {
    for (const [index, entry] of entries.entries()) {
      open = open === undefined ? entry : joined(open, entry);
      const goesOn = continued && index === entries.length - 1;
      if (goesOn) continue;
      yield open;
      open = undefined;
    }
  }
}

function joined(entry: LogEntry, rest: LogEntry): LogEntry {
  entry.changes.push(...rest.changes);
  entry.resourceServerChanges.push(...rest.resourceServerChanges);
  entry.clientPolicyChanges.push(...rest.clientPolicyChanges);
  entry.reservedNameChanges.push(...rest.reservedNameChanges);
  const registryPolicyChange = rest.registryPolicyChange ?? entry.registryPolicyChange;
  return registryPolicyChange === undefined ? entry : { ...entry, registryPolicyChange };
}
