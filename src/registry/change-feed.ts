import type { LogEntry } from "../store/scope-log.ts";
import { estimateEntryBytes } from "./record-size.ts";
import { type BookmarkEvent, changeEvents, type RevisionEvents } from "./watch-event.ts";

/** How many revisions are kept for readers that are behind. */
const MAX_ENTRIES = 10_000;
/** How much they hold together, by the estimate of an entry's size. The newest one is always kept. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Kept {
  readonly entry: LogEntry;
  readonly bytes: number;
  /** Made for the first reader: a registration is not to wait for it. */
  events: RevisionEvents | undefined;
}

/** Who waits for changes. */
export interface FeedReader {
  wake(): void;
}

/**
 * The newest changes, shared by all readers: each reads at its own pace, and holds nothing but its place. What is older than
 * what is kept stands in the log.
 */
export class ChangeFeed {
  readonly #kept = new Map<number, Kept>();
  #readers = new Set<FeedReader>();
  #bytes = 0;
  #history = 0;
  #ended = false;
  #soon: NodeJS.Immediate | undefined;
  #bookmark: BookmarkEvent | undefined;

  /** Counts up whenever the registry was loaded anew: what was read before may be of another history. */
  get history(): number {
    return this.#history;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The newest bookmark. */
  get bookmark(): BookmarkEvent | undefined {
    return this.#bookmark;
  }

  /** The changes of a revision; undefined: it is not kept any more, or there is no such revision yet. */
  changesOf(revision: number): RevisionEvents | undefined {
    const kept = this.#kept.get(revision);
    if (kept === undefined) return undefined;
    kept.events ??= changeEvents(kept.entry);
    return kept.events;
  }

  /** Adds the next entries of the log. */
  publish(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const bytes = estimateEntryBytes(entry.changes);
      this.#kept.set(entry.revision, { entry, bytes, events: undefined });
      this.#bytes += bytes;
    }
    this.#dropOldest();
    this.#wakeSoon();
  }

  /** The registry was loaded anew. */
  startOver(): void {
    this.#history += 1;
    this.#kept.clear();
    this.#bytes = 0;
    this.#bookmark = undefined;
    this.#wakeAll();
  }

  /** Gives readers a sign of life. */
  mark(bookmark: BookmarkEvent): void {
    this.#bookmark = bookmark;
    this.#wakeAll();
  }

  /** Ends all readers. */
  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  /** Wakes a reader once, at the next change, bookmark or end. */
  wait(reader: FeedReader): void {
    this.#readers.add(reader);
    if (this.#ended) this.#wakeSoon();
  }

  /** Wakes it no more. */
  leave(reader: FeedReader): void {
    this.#readers.delete(reader);
  }

  #dropOldest(): void {
    for (const [revision, { bytes }] of this.#kept) {
      const fits = this.#kept.size <= MAX_ENTRIES && this.#bytes <= MAX_BYTES;
      if (fits || this.#kept.size === 1) return;
      this.#kept.delete(revision);
      this.#bytes -= bytes;
    }
  }

  /** In the next turn of the event loop: whoever made the change is answered before all who read it. */
  #wakeSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#wakeAll();
    });
  }

  #wakeAll(): void {
    const readers = this.#readers;
    // Who finds nothing for itself waits again.
    this.#readers = new Set();
    for (const reader of readers) reader.wake();
  }
}
