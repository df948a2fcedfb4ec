import { describe, expect, it } from "vitest";
import { atLeast, atMost, figureOf } from "../../bench/harness/figure.ts";
import { quantile, spreadOf } from "../../bench/harness/statistics.ts";

describe("statistics of rounds", () => {
  it("take the middle one, or the mean of the two in the middle", () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, lowest: 1, highest: 9 });
    expect(spreadOf([10, 2, 1, 4]).median).toBe(3);
  });

  it("read a quantile between two values where it lies", () => {
    expect(quantile([0, 10, 20], 0.99)).toBeCloseTo(19.8);
  });
});

describe("a figure", () => {
  const reference = { name: "nothing", values: [10, 100, 1_000] };

  it("decides by the ratios of the rounds, not by the ratio of the medians", () => {
    const figure = figureOf({ name: "it", unit: "µs", values: [20, 100, 500], reference, target: atMost(1) });

    expect(figure).toMatchObject({ value: 100, reference: { name: "nothing", value: 100 }, met: true });
    expect(figure.ratio).toEqual({ median: 1, lowest: 0.5, highest: 2 });
  });

  it("meets a bound that it reaches, and misses one that it does not", () => {
    const ofRatio = (ratio: number) => ({
      name: "it",
      unit: "/s",
      values: [ratio],
      reference: { name: "", values: [1] },
    });

    expect(figureOf({ ...ofRatio(2), target: atLeast(2) }).met).toBe(true);
    expect(figureOf({ ...ofRatio(1.9), target: atLeast(2) }).met).toBe(false);
    expect(figureOf({ ...ofRatio(2.1), target: atMost(2) }).met).toBe(false);
  });

  it("is measured by its value where there is no reference, and not at all without a target", () => {
    const bytes = { name: "it", unit: "bytes", values: [480] };

    expect(figureOf({ ...bytes, target: atMost(500) })).toMatchObject({ ratio: undefined, met: true });
    expect(figureOf(bytes).met).toBeUndefined();
  });
});
