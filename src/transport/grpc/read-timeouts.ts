/** Who sends to a reader. */
export interface TimedSender {
  /** Whether the reader has taken nothing since a time, by `performance.now()`, although there is something for it. */
  isStalledSince(time: number): boolean;
  cut(): void;
}

/** How often it is looked at readers within the time that they have. */
const LOOKS = 4;

/** Cuts readers that take nothing for too long, of all streams together: a timer for each message would cost more than sending it. */
export class ReadTimeouts {
  readonly #timeoutMs: number;
  readonly #senders = new Set<TimedSender>();
  readonly #timer: NodeJS.Timeout;

  /** @param timeoutMs how long a reader may take for one message, in milliseconds; it is cut at most a quarter later */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => this.#cutStalled(), timeoutMs / LOOKS).unref();
  }

  watch(sender: TimedSender): void {
    this.#senders.add(sender);
  }

  forget(sender: TimedSender): void {
    this.#senders.delete(sender);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #cutStalled(): void {
    const latest = performance.now() - this.#timeoutMs;
    for (const sender of this.#senders) if (sender.isStalledSince(latest)) sender.cut();
  }
}
