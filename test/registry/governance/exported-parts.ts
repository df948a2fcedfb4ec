import type { ExportPart, ImportRequest } from "../../../src/registry/governance/governance.ts";
import type { LogEntry } from "../../../src/store/scope-log.ts";

/** All parts that an export gives. */
export async function readParts(reading: AsyncIterable<ExportPart>): Promise<ExportPart[]> {
  const parts: ExportPart[] = [];
  for await (const part of reading) parts.push(part);
  return parts;
}

/** The entries of parts, those that were parted put together again. */
export function joinEntries(parts: readonly ExportPart[]): LogEntry[] {
  const entries: LogEntry[] = [];
  let continued = false;
  for (const part of parts) {
    for (const [at, entry] of part.entries.entries()) {
      const begun = at === 0 && continued ? entries.pop() : undefined;
      entries.push(begun === undefined ? entry : { ...entry, changes: [...begun.changes, ...entry.changes] });
    }
    continued = part.continued;
  }
  return entries;
}

/** The requests that import what was exported, but for the import's id. */
export function importRequests(parts: readonly ExportPart[]): ImportRequest[] {
  return parts.map(({ entries, continued }, part) => ({
    importId: "",
    part,
    entries,
    continued,
    complete: part === parts.length - 1,
  }));
}
