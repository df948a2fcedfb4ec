import type { LogEntry, ScopeLog } from "../../store/scope-log.ts";
import { HistoryGoneError } from "../../store/store-errors.ts";
import { type CallDeadline, refuseIfOver } from "../call-deadline.ts";
import { RegistryError } from "../registry-error.ts";
import { Turns } from "../turns.ts";
import { type Actor, refuseUnlessAdmin } from "./authority.ts";
import { entryParts } from "./entry-parts.ts";
import type { ExportPart } from "./governance.ts";
import { storeRefusal } from "./store-refusal.ts";

/** How much of the log is read at once, and how much a part holds: little enough for a slow line, much for one message. */
const MAX_PART_BYTES = 1024 * 1024;
/** The most entries that are read at once. */
const MAX_ENTRIES = 1_000;
/** How many exports hold what they have read at once, and how long one may take for a part of it while others wait. */
const TURNS = { atOnce: 8, holdMs: 10_000 };

/** The turns that the exports of a registry take with {@link exportLog}. */
export function exportTurns(): Turns {
  return new Turns(TURNS.atOnce, TURNS.holdMs);
}

/**
 * The whole log, oldest entry first, up to what its head is at the beginning: the log may go on meanwhile. Nothing is read
 * before the reader wants it.
 *
 * @throws {RegistryError} REVISION_COMPACTED if the log does not reach back to its beginning, or another registry takes its
 *   place meanwhile; OVERLOADED if the reader is too slow while others wait; SCOPE_NOT_OWNED, STORE_UNAVAILABLE, DEADLINE_EXCEEDED,
 *   CANCELLED
 */
export async function* exportLog(
  log: ScopeLog,
  turns: Turns,
  actor: Actor,
  deadline: CallDeadline,
): AsyncGenerator<ExportPart> {
  refuseUnlessAdmin(actor);
  const { registryId } = log;
  const revision = await reading(() => headOf(log, registryId));
  for (let after = 0; after < revision; ) {
    // Held by nothing else, so that a reader that loses its turn keeps none.
    const batch: Batch = { last: after, parts: [] };
    let isLate = false;
    const drop = () => {
      isLate = batch.parts.length > 0;
      batch.parts.length = 0;
    };
    const turn = await turns.take(deadline.signal, drop).catch((error: unknown) => {
      refuseIfOver(deadline);
      throw error;
    });
    try {
      refuseIfOver(deadline);
      await readBatch(log, registryId, revision, batch);
      for (let part = batch.parts.shift(); part !== undefined; part = batch.parts.shift()) {
        refuseIfOver(deadline);
        turn.begin();
        yield { registryId, revision, ...part };
      }
      if (isLate) throw tooSlow();
    } finally {
      turn.end();
    }
    after = batch.last;
  }
}

/** Entries that were read at once, in parts of about {@link MAX_PART_BYTES}. */
interface Batch {
  /** The revision of the last one. */
  last: number;
  readonly parts: Pick<ExportPart, "entries" | "continued">[];
}

/** Reads the entries after the batch's last one, up to a revision, into it. */
async function readBatch(log: ScopeLog, registryId: string, revision: number, batch: Batch): Promise<void> {
  const entries = await reading(async () => {
    const entries = await log.read(batch.last, Math.min(MAX_ENTRIES, revision - batch.last), MAX_PART_BYTES);
    // Reading does not tell whose entries they are. An identity that holds behind them held before.
    await headOf(log, registryId);
    return entries;
  });
  const last = entries.at(-1);
  if (last === undefined) throw notWhole();
  batch.last = last.revision;
  let part: LogEntry[] = [];
  let bytes = 0;
  const cut = (continued: boolean) => {
    batch.parts.push({ entries: part, continued });
    part = [];
    bytes = 0;
  };
  for (const piece of entries.flatMap((entry) => entryParts(entry, MAX_PART_BYTES))) {
    if (part.length > 0 && bytes + piece.bytes > MAX_PART_BYTES) cut(false);
    part.push(piece.entry);
    bytes += piece.bytes;
    if (!piece.isLast) cut(true);
  }
  if (part.length > 0) cut(false);
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

function tooSlow(): RegistryError {
  return new RegistryError(
    "OVERLOADED",
    `More than ${TURNS.atOnce} exports run at once, and this one has not taken the next part within ${TURNS.holdMs / 1_000} seconds: run fewer, or read faster, and begin it anew`,
    { retryAfterMs: TURNS.holdMs },
  );
}
