import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTS, fillParts } from "../../bench/report/documents.ts";
import { findHeadline, HEADLINES } from "../../bench/report/headlines.ts";
import { pointsOf, readResults } from "../../bench/report/results-file.ts";
import { sizePlot } from "../../bench/report/size-plot.ts";

const repository = join(import.meta.dirname, "../..");
const results = await readResults(join(repository, "bench/results.json"));
if (results === undefined) throw new Error("bench/results.json is not there: run npm run bench");
const { benchmarks } = results;

describe("what is made of bench/results.json (npm run bench -- --report makes it anew)", () => {
  it.each(Object.entries(DOCUMENTS))("%s has its parts as the results give them", async (path, parts) => {
    const text = await readFile(join(repository, path), "utf8");

    expect(text).toBe(fillParts(text, parts, results));
  });

  it("docs/cost-by-size.svg is the plot of its points", async () => {
    const plot = await readFile(join(repository, "docs/cost-by-size.svg"), "utf8");

    expect(plot).toBe(sizePlot(pointsOf(results)));
  });

  it("the README's headlines are of figures that there are, wherever their benchmark was measured", () => {
    const measured = HEADLINES.filter(({ benchmark }) =>
      benchmarks.some(({ name, figures }) => name === benchmark && figures.length > 0),
    );

    expect(measured.filter((headline) => findHeadline(headline, benchmarks) === undefined)).toEqual([]);
  });
});
