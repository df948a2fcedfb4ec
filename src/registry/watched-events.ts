import { type CallDeadline, refuseIfOver } from "./call-deadline.ts";
import type { ChangeFeed, FeedReader } from "./change-feed.ts";
import type { LogPosition } from "./log-position.ts";
import { RegistryError } from "./registry-error.ts";
import type { BookmarkEvent, WatchEvent } from "./watch-event.ts";
import { filterChanges, type WatchQuery } from "./watch-query.ts";

/** What a reader of the newest changes stands on. */
export interface WatchedEventsParts {
  readonly position: LogPosition;
  readonly feed: ChangeFeed;
  readonly query: WatchQuery;
  readonly deadline: CallDeadline;
  /** What the reader is sent before the newest changes. */
  readonly beginning: AsyncGenerator<WatchEvent, Begun>;
  /** A sign of life, as things are now. */
  bookmark(): BookmarkEvent;
  /** Called once, when the reader has left or is refused. */
  onEnd(): void;
}

/** Where the newest changes begin for a reader. */
export interface Begun {
  /** The revision that it was brought to. */
  readonly revision: number;
  /** Of which history of the feed that is. */
  readonly history: number;
}

type Result = IteratorResult<WatchEvent, undefined>;

const DONE: Result = { value: undefined, done: true };

/**
 * What one reader is sent, one event after the other as it takes them. Of thousands of readers nearly all wait for the next change, so
 * that waiting takes little memory here, and being told takes one promise.
 */
export class WatchedEvents implements AsyncIterableIterator<WatchEvent>, FeedReader {
  readonly #parts: WatchedEventsParts;
  #beginning: AsyncGenerator<WatchEvent, Begun> | undefined;
  #history = 0;
  #sent = 0;
  /** Further parts of the revision that was last read. */
  #further: readonly WatchEvent[] = [];
  #caughtUp = false;
  #bookmark: BookmarkEvent | undefined;
  #waiting: PromiseWithResolvers<Result> | undefined;
  #over = false;

  constructor(parts: WatchedEventsParts) {
    this.#parts = parts;
    this.#beginning = parts.beginning;
    parts.deadline.signal.addEventListener("abort", this, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event. Rejects with RegistryError where the reader is refused, or has given up. */
  next(): Promise<Result> {
    if (this.#over) return Promise.resolve(DONE);
    return this.#beginning === undefined ? this.#nextChange() : this.#begin(this.#beginning);
  }

  /** The reader leaves. */
  async return(): Promise<Result> {
    const beginning = this.#beginning;
    this.#end();
    this.#waiting?.resolve(DONE);
    await beginning?.return({ revision: 0, history: 0 });
    return DONE;
  }

  /** There may be something new. */
  wake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#over) return;
    try {
      const event = this.#take();
      if (event === undefined) {
        this.#parts.feed.wait(this);
        return;
      }
      this.#waiting = undefined;
      waiting.resolve({ value: event, done: false });
    } catch (error) {
      this.#end();
      waiting.reject(error);
    }
  }

  /** The caller has given up. */
  handleEvent(): void {
    this.wake();
  }

  async #begin(beginning: AsyncGenerator<WatchEvent, Begun>): Promise<Result> {
    try {
      const { value, done } = await beginning.next();
      if (!done) return { value, done: false };
      this.#beginning = undefined;
      this.#sent = value.revision;
      this.#history = value.history;
      this.#bookmark = this.#parts.feed.bookmark;
    } catch (error) {
      this.#end();
      throw error;
    }
    return this.#over ? DONE : this.#nextChange();
  }

  /** No async function, which would make a promise more for each change and reader. */
  #nextChange(): Promise<Result> {
    try {
      const event = this.#take();
      return event === undefined ? this.#wait() : Promise.resolve({ value: event, done: false });
    } catch (error) {
      this.#end();
      return Promise.reject(error);
    }
  }

  #wait(): Promise<Result> {
    const waiting = Promise.withResolvers<Result>();
    this.#waiting = waiting;
    this.#parts.feed.wait(this);
    return waiting.promise;
  }

  /** What is there for the reader; undefined: nothing yet. */
  #take(): WatchEvent | undefined {
    const { feed, position, query, deadline, bookmark } = this.#parts;
    refuseIfEnded(feed, this.#history, deadline);
    for (;;) {
      const [next, ...further] = this.#further;
      if (next !== undefined) {
        this.#further = further;
        return next;
      }
      const changes = feed.changesOf(this.#sent + 1);
      if (changes === undefined) break;
      this.#sent += 1;
      this.#further = filterChanges(changes, query);
    }
    if (this.#sent < position.state.revision) throw tooSlow();
    if (!this.#caughtUp) {
      this.#caughtUp = true;
      return { ...bookmark(), revision: this.#sent };
    }
    if (feed.bookmark === this.#bookmark || feed.bookmark === undefined) return undefined;
    this.#bookmark = feed.bookmark;
    return feed.bookmark.revision === this.#sent ? feed.bookmark : { ...feed.bookmark, revision: this.#sent };
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.feed.leave(this);
    this.#parts.deadline.signal.removeEventListener("abort", this);
    this.#parts.onEnd();
  }
}

/**
 * Refuses a reader who can be sent nothing more.
 *
 * @param history that of the feed when the reader began
 * @throws {RegistryError} SHUTTING_DOWN, REVISION_COMPACTED; CANCELLED, DEADLINE_EXCEEDED
 */
export function refuseIfEnded(feed: ChangeFeed, history: number, deadline: CallDeadline): void {
  if (feed.ended) throw new RegistryError("SHUTTING_DOWN", "The server is stopping: resume at another one");
  refuseIfOver(deadline);
  if (feed.history !== history) throw startOver();
}

/** The refusal of a reader for whom what it knows is no beginning any more. */
export function startOver(cause?: unknown): RegistryError {
  return new RegistryError(
    "REVISION_COMPACTED",
    "The registry was loaded anew, or its log no longer reaches back to that revision: start over without since_revision",
    { cause },
  );
}

/** The refusal of a reader for whom the next change is kept no longer. */
export function tooSlow(): RegistryError {
  return new RegistryError(
    "OVERLOADED",
    "The reader is too slow for the changes that come: resume with since_revision, and read faster",
  );
}
