import { type SavedSnapshot, writeSnapshotFile } from "./snapshot-file.ts";

/** How long changes are gathered before the file is written, in milliseconds. */
const WRITE_AFTER_MS = 1_000;
/** How long after a failure it is tried again, in milliseconds. */
const RETRY_MS = 10_000;

/** Keeps the snapshot file up to date. */
export interface SnapshotKeeper {
  /** The state has changed: the file is written soon. */
  changed(): void;
  /** Writes a last time what is not written yet. */
  close(): Promise<void>;
}

/** Keeps a snapshot file. A failure is told and tried again; it never disturbs whoever judges. */
export function keepSnapshotFile(
  path: string,
  take: () => SavedSnapshot,
  onFailure: (error: unknown, retryInMs: number) => void,
): SnapshotKeeper {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;
  let dirty = false;

  async function write(): Promise<void> {
    dirty = false;
    try {
      await writeSnapshotFile(path, take());
    } catch (error) {
      dirty = true;
      onFailure(error, RETRY_MS);
    }
  }

  function schedule(ms: number): void {
    if (closed || timer !== undefined) return;
    timer = setTimeout(async () => {
      writing = write();
      await writing;
      timer = undefined;
      if (dirty) schedule(ms === RETRY_MS ? RETRY_MS : WRITE_AFTER_MS);
    }, ms);
  }

  return {
    changed() {
      dirty = true;
      schedule(WRITE_AFTER_MS);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await writing;
      if (dirty) await write();
    },
  };
}
