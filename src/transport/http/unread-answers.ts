import { cutStalled } from "./cut-stalled.ts";
import type { HttpRequest } from "./http-call.ts";

/** How many bytes answers hold that their readers have not taken yet, of all of them together. */
export const UNREAD_ANSWERS_BYTES = 128 * 1024 * 1024;

/** What one reader has not taken yet. */
interface Unread {
  readonly request: HttpRequest;
  readonly bytes: number;
}

/**
 * Bounds what is held for readers who may be anybody: one who lets nothing through has many answers waiting on a single connection. Where
 * they hold too much together, who has taken nothing for the longest time is cut, so that those who read go on.
 */
export class UnreadAnswers {
  readonly #limit: number;
  /** In the order in which they came. */
  readonly #unread = new Set<Unread>();
  #bytes = 0;

  constructor(limit = UNREAD_ANSWERS_BYTES) {
    this.#limit = limit;
  }

  /**
   * A body whose pieces count until the next one is taken.
   *
   * @param signal aborts when the reader has left: it then takes no more, and what sends the body need not end it
   */
  async *counted(
    body: AsyncIterable<Uint8Array>,
    request: HttpRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    let unread: Unread | undefined;
    const release = () => {
      if (unread !== undefined) this.#release(unread);
    };
    signal.addEventListener("abort", release, { once: true });
    try {
      for await (const piece of body) {
        if (signal.aborted) return;
        unread = this.#hold({ request, bytes: piece.length });
        yield piece;
        release();
      }
    } finally {
      signal.removeEventListener("abort", release);
      release();
    }
  }

  #hold(unread: Unread): Unread {
    this.#unread.add(unread);
    this.#bytes += unread.bytes;
    for (const oldest of this.#unread) {
      if (this.#bytes <= this.#limit || oldest === unread) break;
      this.#release(oldest);
      cutStalled(oldest.request);
    }
    return unread;
  }

  #release(unread: Unread): void {
    if (this.#unread.delete(unread)) this.#bytes -= unread.bytes;
  }
}
