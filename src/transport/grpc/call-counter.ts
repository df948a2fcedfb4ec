/** Counts the unary calls that are under way, so that a server that stops knows when the last one is answered. */
export class CallCounter {
  #calls = 0;
  #onEnded: (() => void) | undefined;

  begin(): void {
    this.#calls += 1;
  }

  end(): void {
    this.#calls -= 1;
    if (this.#calls === 0) this.#onEnded?.();
  }

  /** Resolves when no call is under way. */
  ended(): Promise<void> {
    if (this.#calls === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }
}
