import type { LogEntry, ScopeLog } from "../../store/scope-log.ts";
import { HistoryGoneError } from "../../store/store-errors.ts";
import { type CallDeadline, refuseIfOver } from "../call-deadline.ts";
import { RegistryError } from "../registry-error.ts";
import { type Actor, refuseUnlessAdmin } from "./authority.ts";
import { entryParts } from "./entry-parts.ts";
import type { ExportPart } from "./governance.ts";
import { storeRefusal } from "./store-refusal.ts";

/** How much of the log is read at once, and how much a part holds: little enough for a slow line, much for one message. */
const MAX_PART_BYTES = 1024 * 1024;
/** The most entries that are read at once. */
const MAX_ENTRIES = 1_000;

/**
 * The whole log, oldest entry first, up to what its head is at the beginning: the log may go on meanwhile. Nothing is read
 * before the reader wants it.
 *
 * @throws {RegistryError} REVISION_COMPACTED if the log does not reach back to its beginning, or another registry takes its
 *   place meanwhile; SCOPE_NOT_OWNED, STORE_UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED
 */
export async function* exportLog(log: ScopeLog, actor: Actor, deadline: CallDeadline): AsyncGenerator<ExportPart> {
  refuseUnlessAdmin(actor);
  const { registryId } = log;
  const revision = await reading(() => headOf(log, registryId));
  let entries: LogEntry[] = [];
  let bytes = 0;
  for await (const batch of batches(log, registryId, revision)) {
    for (const part of batch.flatMap((entry) => entryParts(entry, MAX_PART_BYTES))) {
      if (entries.length > 0 && bytes + part.bytes > MAX_PART_BYTES) yield cut(false);
      entries.push(part.entry);
      bytes += part.bytes;
      if (!part.isLast) yield cut(true);
    }
  }
  if (entries.length > 0) yield cut(false);

  function cut(continued: boolean): ExportPart {
    refuseIfOver(deadline);
    const part = { registryId, revision, entries, continued };
    entries = [];
    bytes = 0;
    return part;
  }
}

/** The entries up to a revision, in order. */
async function* batches(log: ScopeLog, registryId: string, revision: number): AsyncGenerator<readonly LogEntry[]> {
  let after = 0;
  while (after < revision) {
    const batch = await reading(async () => {
      const entries = await log.read(after, Math.min(MAX_ENTRIES, revision - after), MAX_PART_BYTES);
      // Reading does not tell whose entries they are. An identity that holds behind them held before.
      await headOf(log, registryId);
      return entries;
    });
    const last = batch.at(-1);
    if (last === undefined) throw notWhole();
    yield batch;
    after = last.revision;
  }
}

/** The newest revision of a registry: what the log tells of another one is not answered. */
async function headOf(log: ScopeLog, registryId: string): Promise<number> {
  const head = await log.head();
  if (log.registryId !== registryId) throw notWhole();
  return head;
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof HistoryGoneError ? notWhole(error) : storeRefusal(error, "the log cannot be read");
  }
}

function notWhole(cause?: unknown): RegistryError {
  return new RegistryError(
    "REVISION_COMPACTED",
    "Another registry has taken the place of this one, or its log no longer reaches back to its beginning: export it anew, or the database by its own means",
    { cause },
  );
}
