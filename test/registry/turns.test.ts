import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "../../src/registry/turns.ts";

const patient = new AbortController().signal;
const HOLD_MS = 50;
const inTime = () => {
  throw new Error("The turn was taken away");
};

describe("Turns", () => {
  it("lets so many in at once, and the others in the order in which they came", async () => {
    const turns = new Turns(2, HOLD_MS);
    const order: string[] = [];
    const [endFirst, endSecond] = [await turns.take(patient, inTime), await turns.take(patient, inTime)];
    const waiting = ["a", "b", "c"].map(async (name) => {
      const end = await turns.take(patient, inTime);
      order.push(name);
      return end;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    endFirst();
    (await waiting[0])?.();
    expect(order[0]).toBe("a");
    endSecond();
    for (const turn of waiting.slice(1)) (await turn)();
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("takes out of the line who gives up, and loses no place by it", async () => {
    const turns = new Turns(1, HOLD_MS);
    const end = await turns.take(patient, inTime);
    const leaving = new AbortController();
    const left = turns.take(leaving.signal, inTime);
    const next = turns.take(patient, inTime);
    leaving.abort(new Error("Gave up"));
    await expect(left).rejects.toThrow("Gave up");
    await expect(turns.take(leaving.signal, inTime)).rejects.toThrow("Gave up");
    end();
    (await next)();
    (await turns.take(patient, inTime))();
  });

  it("takes the turn from who has it too long, where somebody waits, and lets nobody in twice for it", async () => {
    const turns = new Turns(1, HOLD_MS);
    const { promise: late, resolve: onLate } = Promise.withResolvers<void>();
    const end = await turns.take(patient, onLate);
    await delay(2 * HOLD_MS);
    const next = turns.take(patient, inTime);
    await late;
    const endNext = await next;
    let isIn = false;
    const third = turns.take(patient, inTime).then((endThird) => {
      isIn = true;
      return endThird;
    });
    end();
    await delay(1);
    expect(isIn).toBe(false);
    endNext();
    (await third)();
  });
});
