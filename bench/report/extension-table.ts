import { atSize, EXTENSION_SIZES, JUDGING, OPERATIONS, UNTIL_VALID } from "../cases/extension/figure-names.ts";
import type { Figure } from "../harness/figure.ts";
import { formatNumber, formatTimes } from "./format.ts";
import { type Head, markdownTable } from "./markdown-table.ts";
import type { BenchmarkRecord } from "./results-file.ts";

/** A line of the table: one operation, by one measure. */
interface Row {
  readonly words: string;
  /** The figure's name at a size. */
  figure(scopes: number): string;
  /** What the name of its reference ends with, where there are several. */
  readonly referenceEnd?: string;
  readonly isMoreBetter?: boolean;
}

const ROWS: readonly Row[] = [
  { words: UNTIL_VALID, figure: () => UNTIL_VALID },
  ...["warm", "cold"].map((cache) => ({
    words: `${JUDGING}, the extension's cache ${cache}`,
    figure: (scopes: number) => atSize(JUDGING, scopes),
    referenceEnd: cache,
  })),
  ...Object.values(OPERATIONS).flatMap((operation): readonly Row[] => [
    { words: `${operation}: CPU`, figure: (scopes) => `${atSize(operation, scopes)}: CPU` },
    {
      words: `${operation}: requests a second`,
      figure: (scopes) => `${atSize(operation, scopes)}: requests a second`,
      isMoreBetter: true,
    },
  ]),
];

/** The registry beside the extension that it replaces, for readers: how many times better it is. */
export function extensionTable(benchmarks: readonly BenchmarkRecord[]): string {
  const { figures = [] } = benchmarks.find(({ name }) => name === "extension") ?? {};
  const measured = ROWS.map((row) => cells(row, figures)).filter(([, ...found]) => found.some((cell) => cell !== ""));
  if (measured.length === 0) return "Not measured: `npm run bench -- extension` does.";
  return markdownTable(heads(), measured);
}

function heads(): readonly Head[] {
  return [
    { text: "" },
    ...EXTENSION_SIZES.flatMap((scopes) => [
      { text: `extension, ${scopes.toLocaleString("en")} scopes`, isNumber: true },
      { text: "registry", isNumber: true },
      { text: "better", isNumber: true },
    ]),
  ];
}

function cells(row: Row, figures: readonly Figure[]): readonly string[] {
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
