/**
 * When the state was last known to be the newest, by this process's own clock. The clocks of two machines differ: only the
 * first bookmark of a feed is compared with the clock here, as nothing else tells how old it is; of the others it counts
 * that their time goes on.
 */
export class Freshness {
  /** By `performance.now()`; undefined: never. */
  #asOf: number | undefined;
  #lastTime: number | undefined;

  /** How long ago, in milliseconds. Infinity: it was never known. */
  get age(): number {
    return this.#asOf === undefined ? Number.POSITIVE_INFINITY : performance.now() - this.#asOf;
  }

  /** A state was the newest at a time, in milliseconds since 1970-01-01T00:00:00Z by a clock that is trusted. */
  restore(time: number): void {
    this.#asOf = performance.now() - Math.max(0, Date.now() - time);
  }

  /** Another feed begins, maybe of another server with another clock. */
  beginFeed(): void {
    this.#lastTime = undefined;
  }

  /** The feed says that there was nothing newer at a time, by the server's clock. */
  mark(time: number): void {
    const goesOn = this.#lastTime !== undefined && time > this.#lastTime;
    const stands = this.#lastTime !== undefined && time <= this.#lastTime;
    this.#lastTime = time;
    if (stands) return;
    const now = performance.now();
    const asOf = goesOn ? now : now - Math.max(0, Date.now() - time);
    this.#asOf = Math.max(asOf, this.#asOf ?? Number.NEGATIVE_INFINITY);
  }
}
