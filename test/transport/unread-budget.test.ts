import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STRANGERS, UnreadBudget } from "../../src/transport/unread-budget.ts";

/** Holds a piece, and tells how it was ended. */
function hold(budget: UnreadBudget, owner: string, bytes: number | Uint8Array) {
  const ended: string[] = [];
  const piece = typeof bytes === "number" ? new Uint8Array(bytes) : bytes;
  const release = budget.hold(owner, piece, {
    cut: () => ended.push("cut"),
    disconnect: () => ended.push("disconnect"),
  });
  return { ended, release, owner, bytes: piece.length };
}

describe("what answers hold until they are read", () => {
  it("is bounded by cutting what waits for the longest time of who holds the most", () => {
    const budget = new UnreadBudget(100);
    const other = hold(budget, "other", 30);
    const [first, second] = [hold(budget, "hog", 20), hold(budget, "hog", 40)];
    const late = hold(budget, "late", 20);
    expect([other, first, second, late].map(({ ended }) => ended)).toEqual([[], ["cut"], [], []]);
  });

  it("does not cut who comes last, though it holds the most", () => {
    const budget = new UnreadBudget(100);
    const early = hold(budget, "early", 60);
    const large = hold(budget, "large", 70);
    expect([early.ended, large.ended]).toEqual([[], []]);
    hold(budget, "other", 10);
    expect([early.ended, large.ended]).toEqual([[], ["cut"]]);
  });

  it("is bounded where each who comes holds more than those before", () => {
    const budget = new UnreadBudget(100);
    for (const bytes of [50, 51, 52, 53, 54, 55]) hold(budget, `holds-${bytes}`, bytes);
    expect(budget.bytes).toBeLessThanOrEqual(255);
  });

  it("spares the readers of what is shared, of whom cutting one wins nothing", () => {
    const budget = new UnreadBudget(100);
    const shared = new Uint8Array(20);
    const watching = Array.from({ length: 50 }, () => hold(budget, "hog", shared));
    const [first, second] = [hold(budget, "hog", 50), hold(budget, "hog", 50)];
    expect([first, second, ...watching].filter(({ ended }) => ended.length > 0)).toEqual([first]);
  });

  it("cuts the readers of what is shared where there is nothing else", () => {
    const budget = new UnreadBudget(100);
    const pieces = [60, 50].map((bytes) => new Uint8Array(bytes));
    const readers = pieces.flatMap((piece) => [hold(budget, "hog", piece), hold(budget, "hog", piece)]);
    expect(readers.map(({ ended }) => ended)).toEqual([["cut"], ["cut"], [], []]);
  });

  it("takes all strangers for one", () => {
    const budget = new UnreadBudget(100);
    const caller = hold(budget, "caller", 45);
    const strangers = Array.from({ length: 30 }, () => hold(budget, STRANGERS, 2));
    expect(caller.ended).toEqual([]);
    expect(strangers.filter(({ ended }) => ended.length > 0)).toHaveLength(3);
  });

  it("counts once what several read", () => {
    const budget = new UnreadBudget(100);
    const shared = new Uint8Array(80);
    const readers = ["a", "a", "b"].map((owner) => hold(budget, owner, shared));
    expect(budget.bytes).toBe(80);
    readers[0]?.release();
    readers[2]?.release();
    expect(budget.bytes).toBe(80);
    readers[1]?.release();
    expect(budget.bytes).toBe(0);
  });

  it("ends the connection of what is cut and stays", () => {
    const budget = new UnreadBudget(100);
    const stuck = Array.from({ length: 5 }, () => hold(budget, "hog", 50));
    expect(stuck.map(({ ended }) => ended)).toEqual([["cut"], ["cut"], ["cut"], [], []].with(0, ["cut", "disconnect"]));
    expect(budget.bytes).toBe(200);
  });

  it("is at most twice the limit and one piece, and nothing once all is taken, cut or not", () => {
    const sharable = [20, 40, 60].map((bytes) => new Uint8Array(bytes));
    const step = fc.record({
      owner: fc.constantFrom("a", "b", "c", "d", "e", "f", STRANGERS),
      bytes: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(...sharable)),
      released: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const budget = new UnreadBudget(100);
        const pieces: ReturnType<typeof hold>[] = [];
        for (const { owner, bytes, released } of steps) {
          pieces.push(hold(budget, owner, bytes));
          pieces[released]?.release();
          expect(budget.bytes).toBeLessThanOrEqual(260);
        }
        for (const { ended, release } of pieces) {
          release();
          expect([[], ["cut"], ["cut", "disconnect"]]).toContainEqual(ended);
        }
        expect(budget.bytes).toBe(0);
        const [half, rest] = [hold(budget, "a", 50), hold(budget, "b", 50)];
        expect([half.ended, rest.ended]).toEqual([[], []]);
      }),
    );
  });
});
