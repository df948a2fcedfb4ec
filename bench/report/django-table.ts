import { WORKER_MEMORY } from "../cases/django/figure-names.ts";
import { atSize, JUDGING, OPERATIONS, UNTIL_VALID } from "../cases/extension/figure-names.ts";
import { type ComparisonTable, comparisonTable, operationRows } from "./comparison-table.ts";
import type { BenchmarkRecord } from "./results-file.ts";

const TABLE: ComparisonTable = {
  benchmark: "django",
  sides: ["table", "registry"],
  rows: [
    { words: UNTIL_VALID, figure: () => UNTIL_VALID },
    ...["warm", "cold"].map((cache) => ({
      words: `${JUDGING}, the table's cache ${cache}`,
      figure: (scopes: number) => atSize(JUDGING, scopes),
      referenceEnd: cache,
    })),
    ...operationRows(OPERATIONS.issue),
    { words: WORKER_MEMORY, figure: (scopes) => atSize(WORKER_MEMORY, scopes) },
  ],
};

/** Django OAuth Toolkit that follows a registry beside the same with its scopes in a table, for readers. */
export function djangoTable(benchmarks: readonly BenchmarkRecord[]): string {
  return comparisonTable(TABLE, benchmarks);
}
