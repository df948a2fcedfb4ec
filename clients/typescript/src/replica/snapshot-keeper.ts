import { type SavedSnapshot, writeSnapshotFile } from "./snapshot-file.ts";

/** How long changes are gathered before the file is written, in milliseconds. */
const WRITE_AFTER_MS = 1_000;
/** How long after a failure it is tried again, in milliseconds. */
const RETRY_MS = 10_000;
/** How often the file is written although nothing changes, in milliseconds: so much older it may make a state look. */
const RENEW_MS = 600_000;

/** Keeps the snapshot file up to date. */
export interface SnapshotKeeper {
  /** The state has changed: the file is written soon. */
  changed(): void;
  /** The state is known to be the newest: the file is written now and then, so that it says so. */
  current(): void;
  /** Writes a last time. */
  close(): Promise<void>;
}

/** Who hears of writing. */
export interface SnapshotKeeperListener {
  onWritten(): void;
  onFailure(error: unknown, retryInMs: number): void;
}

/**
 * Keeps a snapshot file. A failure is told and tried again; it never disturbs whoever judges.
 *
 * @param take the state to write; undefined: there is none yet
 */
export function keepSnapshotFile(
  path: string,
  take: () => SavedSnapshot | undefined,
  { onWritten, onFailure }: SnapshotKeeperListener,
): SnapshotKeeper {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let writtenAt = performance.now();
  let closing: Promise<void> | undefined;

  async function write(): Promise<void> {
    const snapshot = take();
    if (snapshot === undefined) return;
    try {
      await writeSnapshotFile(path, snapshot);
      writtenAt = performance.now();
      onWritten();
    } catch (error) {
      onFailure(error, closing === undefined ? RETRY_MS : 0);
      schedule(RETRY_MS);
    }
  }

  function schedule(ms: number): void {
    if (closing !== undefined || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      writing = writing.then(write);
    }, ms);
  }

  return {
    changed: () => schedule(WRITE_AFTER_MS),
    current() {
      if (performance.now() - writtenAt > RENEW_MS) schedule(WRITE_AFTER_MS);
    },
    close() {
      clearTimeout(timer);
      closing ??= writing.then(write);
      return closing;
    },
  };
}
