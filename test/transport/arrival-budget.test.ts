import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";

function openFor(budget: ArrivalBudget, owner: string | undefined) {
  const refusals: unknown[] = [];
  const arrival = budget.open(({ reason }) => refusals.push(reason));
  if (owner !== undefined) arrival.belongsTo(owner);
  return Object.assign(arrival, { refusals });
}

describe("what requests hold until they have arrived", () => {
  it("is bounded by refusing the largest request of who holds the most", () => {
    const budget = new ArrivalBudget(100);
    const [small, large, single] = [openFor(budget, "hog"), openFor(budget, "hog"), openFor(budget, "other")];
    small.add(20);
    large.add(30);
    single.add(45);
    single.add(4);
    expect([small, large, single].map(({ refusals }) => refusals)).toEqual([[], [], []]);
    openFor(budget, "last").add(10);
    expect([small, large, single].map(({ refusals }) => refusals)).toEqual([[], ["OVERLOADED"], []]);
    large.add(1_000);
    expect(small.refusals).toEqual([]);
  });

  it("counts for all strangers together, and for who sends it once that is known", () => {
    const budget = new ArrivalBudget(100);
    const strangers = Array.from({ length: 30 }, () => openFor(budget, undefined));
    for (const stranger of strangers) stranger.add(2);
    const known = openFor(budget, "known");
    known.add(41);
    expect([strangers.flatMap(({ refusals }) => refusals), known.refusals]).toEqual([["OVERLOADED"], []]);
    for (const stranger of strangers.slice(0, 15)) stranger.belongsTo("known");
    openFor(budget, "other").add(20);
    expect(known.refusals).toEqual(["OVERLOADED"]);
  });

  it("is given back when it has arrived, whatever else happened", () => {
    const step = fc.record({
      request: fc.nat({ max: 3 }),
      act: fc.constantFrom("add", "clear", "close", "move"),
      bytes: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const budget = new ArrivalBudget(100);
        const requests = ["a", "a", "b", undefined].map((holder) => openFor(budget, holder));
        for (const { request, act, bytes } of steps) {
          const arrival = requests[request];
          if (act === "add") arrival?.add(bytes);
          else if (act === "clear") arrival?.clear();
          else if (act === "close") arrival?.close();
          else arrival?.belongsTo("d");
        }
        for (const request of requests) {
          request.close();
          expect(request.refusals.length).toBeLessThanOrEqual(1);
        }
        const whole = openFor(budget, "late");
        whole.add(100);
        expect(whole.refusals).toEqual([]);
        whole.add(1);
        expect(whole.refusals).toEqual(["OVERLOADED"]);
      }),
    );
  });
});
