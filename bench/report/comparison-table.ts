import { atSize, EXTENSION_SIZES } from "../cases/extension/figure-names.ts";
import type { Figure } from "../harness/figure.ts";
import { formatNumber, formatTimes } from "./format.ts";
import { type Head, markdownTable } from "./markdown-table.ts";
import type { BenchmarkRecord } from "./results-file.ts";

/** A table for readers of one benchmark: how many times better one side is than the other, at both sizes. */
export interface ComparisonTable {
  readonly benchmark: string;
  /** What the two sides are called, the one that is compared with first. */
  readonly sides: readonly [string, string];
  readonly rows: readonly ComparisonRow[];
}

/** A line of the table: one operation, by one measure. */
export interface ComparisonRow {
  readonly words: string;
  /** The figure's name at a size. */
  figure(scopes: number): string;
  /** What the name of its reference ends with, where there are several. */
  readonly referenceEnd?: string;
  readonly isMoreBetter?: boolean;
}

/** The two lines of an operation that was under load. */
export function operationRows(operation: string): readonly ComparisonRow[] {
  return [
    { words: `${operation}: CPU`, figure: (scopes) => `${atSize(operation, scopes)}: CPU` },
    {
      words: `${operation}: requests a second`,
      figure: (scopes) => `${atSize(operation, scopes)}: requests a second`,
      isMoreBetter: true,
    },
  ];
}

/** The table in Markdown, of what was measured. */
export function comparisonTable(
  { benchmark, sides, rows }: ComparisonTable,
  benchmarks: readonly BenchmarkRecord[],
): string {
  const { figures = [] } = benchmarks.find(({ name }) => name === benchmark) ?? {};
  const measured = rows.map((row) => cells(row, figures)).filter(([, ...found]) => found.some((cell) => cell !== ""));
  if (measured.length === 0) return `Not measured: \`npm run bench -- ${benchmark}\` does.`;
  return markdownTable(heads(sides), measured);
}

function heads([theirs, ours]: readonly [string, string]): readonly Head[] {
  return [
    { text: "" },
    ...EXTENSION_SIZES.flatMap((scopes) => [
      { text: `${theirs}, ${scopes.toLocaleString("en")} scopes`, isNumber: true },
      { text: ours, isNumber: true },
      { text: "better", isNumber: true },
    ]),
  ];
}

function cells(row: ComparisonRow, figures: readonly Figure[]): readonly string[] {
  let before: Figure | undefined;
  const atSizes = EXTENSION_SIZES.flatMap((scopes) => {
    const found = figures.find(
      ({ name, reference }) => name === row.figure(scopes) && reference?.name.endsWith(row.referenceEnd ?? ""),
    );
    // What does not depend on the size is not measured twice.
    if (found?.reference === undefined || found.ratio === undefined || found === before) return ["", "", ""];
    before = found;
    const { value, reference, ratio, unit } = found;
    return [
      `${formatNumber(reference.value)} ${unit}`,
      `${formatNumber(value)} ${unit}`,
      `**${formatTimes(row.isMoreBetter ? ratio.median : 1 / ratio.median)}**`,
    ];
  });
  return [row.words, ...atSizes];
}
