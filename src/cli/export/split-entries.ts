import { toBinary } from "@bufbuild/protobuf";
import { type LogEntry, LogEntrySchema } from "@scope-registry/client";

/** What a message to the registry has at the most, in bytes: well below what it takes. */
const MAX_PART_BYTES = 2 * 1024 * 1024;

/** A part of an exported log, as ImportRegistry takes it. */
export interface ImportPart {
  readonly entries: LogEntry[];
  /** Whether the last entry goes on in the next part. */
  readonly continued: boolean;
  /** Whether it is the last part. */
  readonly complete: boolean;
}

/** Packs entries into parts that fit into messages, splitting those that are too large for one. There is at least one part. */
export async function* splitEntries(
  entries: AsyncIterable<LogEntry>,
  maxBytes = MAX_PART_BYTES,
): AsyncGenerator<ImportPart> {
  let packed: LogEntry[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    for (const [index, piece] of piecesOf(entry, maxBytes).entries()) {
      const size = sizeOf(piece);
      const isRest = index > 0;
      if (isRest || (packed.length > 0 && bytes + size > maxBytes)) {
        yield { entries: packed, continued: isRest, complete: false };
        packed = [];
        bytes = 0;
      }
      packed.push(piece);
      bytes += size;
    }
  }
  yield { entries: packed, continued: false, complete: true };
}

/** Halves an entry until each piece is small enough. A single change always is. */
function piecesOf(entry: LogEntry, maxBytes: number): LogEntry[] {
  const { changes, resourceServerChanges, clientPolicyChanges, reservedNameChanges } = entry;
  const lists = [changes, resourceServerChanges, clientPolicyChanges, reservedNameChanges];
  const count = lists.reduce((sum, { length }) => sum + length, 0);
  if (count < 2 || sizeOf(entry) <= maxBytes) return [entry];
  const half = Math.ceil(count / 2);
  return [pieceOf(entry, 0, half), pieceOf(entry, half, count)].flatMap((piece) => piecesOf(piece, maxBytes));
}

/** An entry with some of its changes, counted over all its lists. */
function pieceOf({ registryPolicyChange, ...entry }: LogEntry, from: number, to: number): LogEntry {
  let offset = 0;
  function cut<T>(list: readonly T[]): T[] {
    const piece = list.slice(Math.max(0, from - offset), Math.max(0, to - offset));
    offset += list.length;
    return piece;
  }
  return {
    ...entry,
    changes: cut(entry.changes),
    resourceServerChanges: cut(entry.resourceServerChanges),
    clientPolicyChanges: cut(entry.clientPolicyChanges),
    reservedNameChanges: cut(entry.reservedNameChanges),
    ...(from > 0 || registryPolicyChange === undefined ? {} : { registryPolicyChange }),
  };
}

function sizeOf(entry: LogEntry): number {
  return toBinary(LogEntrySchema, entry).length;
}
