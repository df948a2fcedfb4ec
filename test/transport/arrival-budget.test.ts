import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";

function openIn(budget: ArrivalBudget, holder: string) {
  const refusals: unknown[] = [];
  return Object.assign(
    budget.open(holder, ({ reason }) => refusals.push(reason)),
    { refusals },
  );
}

describe("what requests hold until they have arrived", () => {
  it("is bounded by refusing the largest request of who holds the most", () => {
    const budget = new ArrivalBudget(100);
    const [small, large, single] = [openIn(budget, "hog"), openIn(budget, "hog"), openIn(budget, "other")];
    small.add(20);
    large.add(30);
    single.add(45);
    single.add(4);
    expect([small, large, single].map(({ refusals }) => refusals)).toEqual([[], [], []]);
    openIn(budget, "last").add(10);
    expect([small, large, single].map(({ refusals }) => refusals)).toEqual([[], ["OVERLOADED"], []]);
    large.add(1_000);
    expect(small.refusals).toEqual([]);
  });

  it("counts for who sends it, once that is known", () => {
    const budget = new ArrivalBudget(100);
    const [one, two] = [openIn(budget, "connection 1"), openIn(budget, "connection 2")];
    one.add(30);
    two.add(30);
    for (const arrival of [one, two]) arrival.belongsTo("hog");
    const other = openIn(budget, "other");
    other.add(41);
    expect([one.refusals.length + two.refusals.length, other.refusals.length]).toEqual([1, 0]);
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
        const requests = ["a", "a", "b", "c"].map((holder) => openIn(budget, holder));
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
        const whole = openIn(budget, "late");
        whole.add(100);
        expect(whole.refusals).toEqual([]);
        whole.add(1);
        expect(whole.refusals).toEqual(["OVERLOADED"]);
      }),
    );
  });
});
