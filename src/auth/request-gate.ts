/** Lets a few requests through at once, makes a bounded number wait, and turns the others away. */
export interface RequestGate {
  /**
   * Makes a request when it is its turn, first come, first served.
   *
   * @throws whatever the request throws; or {@link RequestGateOptions.refusal}, when too many wait already, or when this
   * one's turn comes too late.
   */
  pass<T>(request: () => Promise<T>): Promise<T>;
}

/** How wide a gate is. */
export interface RequestGateOptions {
  /** How many requests may be under way. */
  readonly maxUnderWay: number;
  /** How many more may wait. */
  readonly maxWaiting: number;
  /** How long one may have waited when its turn comes, in milliseconds. */
  readonly maxWaitMs: number;
  /** The time, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Makes the error of a request that is turned away. */
  readonly refusal: () => Error;
}

interface Waiting {
  readonly since: number;
  readonly enter: () => void;
  readonly turnAway: (error: Error) => void;
}

/** Makes a gate. */
export function createRequestGate(options: RequestGateOptions): RequestGate {
  const { maxUnderWay, maxWaiting, maxWaitMs, now, refusal } = options;
  const waiting: Waiting[] = [];
  let underWay = 0;

  async function takePlace(): Promise<void> {
    if (underWay < maxUnderWay) {
      underWay++;
      return;
    }
    if (waiting.length >= maxWaiting) {
      throw refusal();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ since: now(), enter: resolve, turnAway: reject });
    await promise;
  }

  /** Hands the place to the next one, so that nobody who comes in between takes it. */
  function leavePlace(): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (now() - next.since <= maxWaitMs) {
        next.enter();
        return;
      }
      next.turnAway(refusal());
    }
    underWay--;
  }

  return {
    async pass(request) {
      await takePlace();
      try {
        return await request();
      } finally {
        leavePlace();
      }
    },
  };
}
