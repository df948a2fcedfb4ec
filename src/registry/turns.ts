/** A turn that was taken. */
export interface Turn {
  /** It counts how long it is held from now on, also where it did before. */
  begin(): void;
  end(): void;
}

interface OpenTurn extends Turn {
  until: number;
  readonly onLate: () => void;
}

/**
 * Lets a few at a time do something, first come, first served. Who holds its turn for too long loses it when somebody waits
 * for one.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #holdMs: number;
  readonly #open = new Set<OpenTurn>();
  /** Those of them that have begun, in that order. */
  readonly #begun = new Set<OpenTurn>();
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param holdMs how long one may hold a turn while others wait, in milliseconds */
  constructor(atOnce: number, holdMs: number) {
    this.#atOnce = atOnce;
    this.#holdMs = holdMs;
  }

  /**
   * Resolves when it is one's turn. Rejects with the signal's reason if that aborts before.
   *
   * @param onLate called when the turn is over before it was ended
   */
  async take(signal: AbortSignal, onLate: () => void): Promise<Turn> {
    const turn: OpenTurn = { until: 0, onLate, begin: () => this.#begin(turn), end: () => this.#end(turn) };
    if (this.#open.size < this.#atOnce) this.#open.add(turn);
    else await this.#wait(turn, signal);
    return turn;
  }

  #begin(turn: OpenTurn): void {
    if (!this.#open.has(turn)) return;
    turn.until = performance.now() + this.#holdMs;
    this.#begun.delete(turn);
    this.#begun.add(turn);
    this.#watch();
  }

  #end(turn: OpenTurn): void {
    this.#begun.delete(turn);
    if (!this.#open.delete(turn)) return;
    const [next] = this.#waiting;
    next?.();
  }

  #wait(turn: OpenTurn, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", leave);
        this.#waiting.delete(enter);
        this.#open.add(turn);
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

  /** Takes the turn from whoever has held it longest, once that is too long. */
  #watch(): void {
    const [oldest] = this.#begun;
    if (this.#timer !== undefined || this.#waiting.size === 0 || oldest === undefined) return;
    const end = () => {
      this.#timer = undefined;
      if (this.#waiting.size > 0 && this.#begun.has(oldest) && oldest.until <= performance.now()) {
        oldest.onLate();
        this.#end(oldest);
      }
      this.#watch();
    };
    this.#timer = setTimeout(end, Math.max(0, oldest.until - performance.now())).unref();
  }
}
