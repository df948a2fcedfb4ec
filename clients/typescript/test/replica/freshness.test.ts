import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Freshness } from "../../src/replica/freshness.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;

describe("how old a replica's state is", () => {
  let freshness: Freshness;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance", "Date"] });
    freshness = new Freshness();
    freshness.beginFeed();
  });
  afterEach(() => void vi.useRealTimers());

  const pass = (ms: number) => vi.advanceTimersByTime(ms);

  it("is not known before the first bookmark", () => {
    expect(freshness.age).toBe(Number.POSITIVE_INFINITY);
  });

  it("is counted from when the server's time goes on, however wrong either clock is", () => {
    for (const skew of [-HOUR, 0, HOUR]) {
      freshness.beginFeed();
      freshness.mark(Date.now() + skew);
      pass(2 * SECOND);
      freshness.mark(Date.now() + skew);
      expect(freshness.age).toBe(0);
      pass(3 * SECOND);
      expect(freshness.age).toBe(3 * SECOND);
    }
  });

  it("grows while the server's time stands still, since its store is away", () => {
    const time = Date.now();
    freshness.mark(time);
    pass(10 * SECOND);
    freshness.mark(time);
    expect(freshness.age).toBe(10 * SECOND);
  });

  it("takes the first bookmark's time from the clock: a server may be out of date already", () => {
    freshness.mark(Date.now() - HOUR);
    expect(freshness.age).toBe(HOUR);
  });

  it("is what was kept, after a start from a file", () => {
    freshness.restore(Date.now() - HOUR);
    expect(freshness.age).toBe(HOUR);
    freshness.restore(Date.now() + HOUR);
    expect(freshness.age).toBe(0);
  });

  it("does not grow because another server knows less", () => {
    freshness.mark(Date.now());
    pass(SECOND);
    freshness.beginFeed();
    freshness.mark(Date.now() - HOUR);
    expect(freshness.age).toBe(SECOND);
  });
});
