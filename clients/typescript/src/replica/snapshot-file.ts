import { createHash, randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ClientRecord } from "../judging/client-record.ts";
import type { ScopeRecord } from "../judging/scope-record.ts";

const FORMAT = "scope-registry-snapshot/2";
/** How many records are written or read in one turn of the event loop. */
const BATCH = 1_000;
/** Nobody writes a snapshot for so long, in milliseconds. */
const ABANDONED_AFTER_MS = 600_000;

/** What the file keeps beside the records. */
export interface SnapshotHeader {
  readonly registryId: string;
  readonly revision: number;
  /** When the state was last known to be the newest, in milliseconds since 1970-01-01T00:00:00Z; absent: never. */
  readonly asOf?: number;
  /** What of the registry it holds: see `ReplicaOptions`. */
  readonly owner: string;
  readonly resource: string;
}

/** A state, as the file keeps it. */
export interface SavedSnapshot extends SnapshotHeader {
  readonly scopes: readonly ScopeRecord[];
  readonly clients: readonly ClientRecord[];
}

/** The first line. The scopes come after it, and then the clients. */
interface FirstLine extends SnapshotHeader {
  readonly format: string;
  readonly scopeCount: number;
}

/** The snapshot file is damaged or of another kind. It is not used, and the next snapshot takes its place. */
export class SnapshotFileError extends Error {
  override readonly name = "SnapshotFileError";
}

/**
 * Reads a snapshot file: a line of JSON that says what it is, one for each scope and each client, and one with the SHA-256
 * digest of all before it. Undefined: there is none.
 *
 * @throws {SnapshotFileError} if it is damaged, cut off or of another format
 */
export async function readSnapshotFile(path: string): Promise<SavedSnapshot | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const end = text.lastIndexOf("\n", text.length - 2) + 1;
  const { sha256 } = parse<{ sha256?: string }>(path, text.slice(end));
  if (sha256 !== digestOf(text.slice(0, end))) throw damaged(path);
  const [first = "", ...lines] = text.slice(0, end).split("\n").slice(0, -1);
  const { format, scopeCount, ...header } = parse<FirstLine>(path, first);
  if (format !== FORMAT) {
    throw new SnapshotFileError(`The snapshot file ${path} has another format than ${FORMAT}: it is replaced`);
  }
  return {
    ...header,
    scopes: await parseAll<ScopeRecord>(path, lines.slice(0, scopeCount)),
    clients: await parseAll<ClientRecord>(path, lines.slice(scopeCount)),
  };
}

/**
 * Writes a snapshot file in the place of the one before: readers see the old one or the new one, whole, also after a crash.
 * Nothing is left behind when it fails.
 */
export async function writeSnapshotFile(path: string, { scopes, clients, ...header }: SavedSnapshot): Promise<void> {
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      const first: FirstLine = { format: FORMAT, scopeCount: scopes.length, ...header };
      await file.writeFile(lines(first, [...scopes, ...clients]));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes what processes have left behind that ended while they wrote this snapshot file. */
export async function removeAbandonedFiles(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(temporaryPrefix(path)) && each.endsWith(".tmp"))) {
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(file, { force: true }).catch(() => undefined);
  }
}

function temporaryPrefix(path: string): string {
  return `.${basename(path)}.`;
}

async function* lines(first: FirstLine, records: readonly object[]): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const hashed = (text: string) => {
    hash.update(text);
    return text;
  };
  yield hashed(`${JSON.stringify(first)}\n`);
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    yield hashed(batch.map((record) => `${JSON.stringify(record)}\n`).join(""));
    await nextTurn();
  }
  yield `${JSON.stringify({ sha256: hash.digest("hex") })}\n`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function parseAll<T>(path: string, lines: readonly string[]): Promise<T[]> {
  const records: T[] = [];
  for (let start = 0; start < lines.length; start += BATCH) {
    for (const line of lines.slice(start, start + BATCH)) records.push(parse<T>(path, line));
    await nextTurn();
  }
  return records;
}

function parse<T>(path: string, line: string): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw damaged(path);
  }
}

function damaged(path: string): SnapshotFileError {
  return new SnapshotFileError(
    `The snapshot file ${path} is damaged: it is not used, and replaced by the next snapshot`,
  );
}
