/** Whoever has the turn. */
interface Holder {
  until: number;
  readonly onLate: () => void;
}

/**
 * Lets a few at a time do something, first come, first served. Who takes longer than it may loses the turn when somebody
 * waits for it.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #holdMs: number;
  /** In the order in which they came. */
  readonly #holders = new Set<Holder>();
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param holdMs how long one may take while others wait, in milliseconds */
  constructor(atOnce: number, holdMs: number) {
    this.#atOnce = atOnce;
    this.#holdMs = holdMs;
  }

  /**
   * Resolves when it is one's turn, with what ends it. Rejects with the signal's reason if that aborts before.
   *
   * @param onLate called when the turn is over before it was ended
   */
  async take(signal: AbortSignal, onLate: () => void): Promise<() => void> {
    const holder: Holder = { until: Number.POSITIVE_INFINITY, onLate };
    if (this.#holders.size < this.#atOnce) this.#hold(holder);
    else await this.#wait(holder, signal);
    return () => {
      if (this.#holders.delete(holder)) this.#callNext();
    };
  }

  #hold(holder: Holder): void {
    holder.until = performance.now() + this.#holdMs;
    this.#holders.add(holder);
  }

  #wait(holder: Holder, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", leave);
        this.#waiting.delete(enter);
        this.#hold(holder);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      signal.throwIfAborted();
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.add(enter);
      this.#watch();
    });
  }

  #callNext(): void {
    const [next] = this.#waiting;
    next?.();
  }

  /** Takes the turn from whoever has had it longest, once that is too long. */
  #watch(): void {
    const [oldest] = this.#holders;
    if (this.#timer !== undefined || this.#waiting.size === 0 || oldest === undefined) return;
    const end = () => {
      this.#timer = undefined;
      if (this.#waiting.size > 0 && this.#holders.delete(oldest)) {
        oldest.onLate();
        this.#callNext();
      }
      this.#watch();
    };
    this.#timer = setTimeout(end, Math.max(0, oldest.until - performance.now())).unref();
  }
}
