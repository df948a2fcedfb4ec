import { atSize, JUDGING, OPERATIONS, UNTIL_VALID } from "../cases/extension/figure-names.ts";
import { type ComparisonTable, comparisonTable, operationRows } from "./comparison-table.ts";
import type { BenchmarkRecord } from "./results-file.ts";

const TABLE: ComparisonTable = {
  benchmark: "extension",
  sides: ["extension", "registry"],
  rows: [
    { words: UNTIL_VALID, figure: () => UNTIL_VALID },
    ...["warm", "cold"].map((cache) => ({
      words: `${JUDGING}, the extension's cache ${cache}`,
      figure: (scopes: number) => atSize(JUDGING, scopes),
      referenceEnd: cache,
    })),
    ...Object.values(OPERATIONS).flatMap(operationRows),
  ],
};

/** The registry beside the extension that it replaces, for readers: how many times better it is. */
export function extensionTable(benchmarks: readonly BenchmarkRecord[]): string {
  return comparisonTable(TABLE, benchmarks);
}
