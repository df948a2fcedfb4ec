import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Turns } from "../../src/registry/turns.ts";

const patient = new AbortController().signal;
const HOLD_MS = 50;
const inTime = () => {
  throw new Error("The turn was taken away");
};

afterEach(() => void vi.useRealTimers());

describe("Turns", () => {
  it("lets so many in at once, and the others in the order in which they came", async () => {
    const turns = new Turns(2, HOLD_MS);
    const order: string[] = [];
    const [first, second] = [await turns.take(patient, inTime), await turns.take(patient, inTime)];
    const waiting = ["a", "b", "c"].map(async (name) => {
      const turn = await turns.take(patient, inTime);
      order.push(name);
      return turn;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first?.end();
    (await waiting[0])?.end();
    expect(order[0]).toBe("a");
    second?.end();
    for (const turn of waiting.slice(1)) (await turn).end();
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("takes out of the line who gives up, and loses no place by it", async () => {
    const turns = new Turns(1, HOLD_MS);
    const held = await turns.take(patient, inTime);
    const leaving = new AbortController();
    const left = turns.take(leaving.signal, inTime);
    const next = turns.take(patient, inTime);
    leaving.abort(new Error("Gave up"));
    await expect(left).rejects.toThrow("Gave up");
    await expect(turns.take(leaving.signal, inTime)).rejects.toThrow("Gave up");
    held.end();
    (await next).end();
    (await turns.take(patient, inTime)).end();
  });

  it("takes the turn from who holds it too long, where somebody waits, and lets nobody in twice for it", async () => {
    const turns = new Turns(1, HOLD_MS);
    const { promise: late, resolve: onLate } = Promise.withResolvers<void>();
    const held = await turns.take(patient, onLate);
    held.begin();
    await delay(2 * HOLD_MS);
    const next = turns.take(patient, inTime);
    await late;
    const second = await next;
    let isIn = false;
    const third = turns.take(patient, inTime).then((turn) => {
      isIn = true;
      return turn;
    });
    held.end();
    await delay(1);
    expect(isIn).toBe(false);
    second.end();
    (await third).end();
  });

  it("counts anew where a turn begins again", async () => {
    vi.useFakeTimers();
    const turns = new Turns(2, HOLD_MS);
    const late: string[] = [];
    const again = await turns.take(patient, () => late.push("again"));
    const once = await turns.take(patient, () => late.push("once"));
    again.begin();
    once.begin();
    const next = turns.take(patient, inTime);
    await vi.advanceTimersByTimeAsync(HOLD_MS / 2);
    again.begin();
    await vi.advanceTimersByTimeAsync(HOLD_MS / 2 + 1);
    (await next).end();
    expect(late).toEqual(["once"]);
  });

  it("does not count what comes before a turn has begun", async () => {
    const turns = new Turns(1, HOLD_MS);
    const held = await turns.take(patient, inTime);
    const next = turns.take(patient, inTime);
    await delay(2 * HOLD_MS);
    held.end();
    (await next).end();
  });
});
