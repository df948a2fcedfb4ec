import { describe, expect, it } from "vitest";
import { boundsAround, logScale } from "../../bench/report/log-scale.ts";
import { sizePlot } from "../../bench/report/size-plot.ts";

describe("a logarithmic axis", () => {
  it("gives each decade the same room, and marks the powers of ten", () => {
    const scale = logScale([0.3, 1_000], [0, 352]);

    expect(scale.at(100) - scale.at(10)).toBeCloseTo(scale.at(10) - scale.at(1));
    expect([scale.at(0.3), scale.at(1_000)]).toEqual([0, 352]);
    expect(scale.ticks).toEqual([1, 10, 100, 1_000]);
  });

  it("has room around the values", () => {
    const bounds = [boundsAround([0.767, 332]), boundsAround([1, 10]), boundsAround([4, 24])].flat();

    expect(bounds.map((bound) => bound.toPrecision(1))).toEqual(["0.3", "1e+3", "0.3", "3e+1", "3", "3e+1"]);
  });
});

describe("the plot of cost against size", () => {
  const points = [1_000, 10_000, 1_000_000].flatMap((size, at) => [
    { series: "ListScopes <first>: server CPU", size, value: 300 + at },
    { series: "Judging: time a call", size, value: 1 + at },
  ]);
  const plot = sizePlot(points);

  it("draws each series as a line with a point for each size, the cheap one below", () => {
    const heights = Array.from(plot.matchAll(/<circle class="point s(\d)" cx="[\d.]+" cy="([\d.]+)"/g));
    const of = (series: string) => heights.filter(([, each]) => each === series).map(([, , height]) => Number(height));

    expect(plot.match(/<polyline/g)).toHaveLength(2);
    expect([of("0").length, of("1").length]).toEqual([3, 3]);
    expect(Math.max(...of("0"))).toBeLessThan(Math.min(...of("1")));
  });

  it("tells in words what it shows, and escapes them", () => {
    expect(plot).toMatch(/<svg [^>]*role="img" aria-labelledby="title desc">\n {2}<title id="title">/);
    expect(plot).toContain("Judging: time a call: 1.00 µs with 1,000 scopes, 2.00 µs with 10,000 scopes");
    expect(plot).toContain("ListScopes &lt;first>");
  });

  it("stays on its page and asks nobody for fonts", () => {
    const places = Array.from(plot.matchAll(/ (?:x|cx)="([\d.-]+)"/g), ([, at]) => Number(at));

    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThan(800);
    expect(plot).not.toMatch(/@import|url\(|NaN/);
  });
});
