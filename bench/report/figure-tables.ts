import type { Figure } from "../harness/figure.ts";
import { formatMet, formatNumber, formatRatio, formatTarget } from "./format.ts";
import { type Head, markdownTable } from "./markdown-table.ts";
import type { BenchmarkRecord, Machine } from "./results-file.ts";

const HEADS: readonly Head[] = [
  { text: "figure" },
  { text: "value", isNumber: true },
  { text: "reference" },
  { text: "its value", isNumber: true },
  { text: "ratio (lowest–highest round)", isNumber: true },
  { text: "target", isNumber: true },
  { text: "" },
];

/** All figures, a table for each benchmark. */
export function figureTables(benchmarks: readonly BenchmarkRecord[]): string {
  return benchmarks.map(figureTable).join("\n\n");
}

/** What they were measured on. */
export function machineText({ cpus, model, node, date }: Machine): string {
  return `Measured on ${date} on ${cpus} cores (${model}), with Node ${node.replace(/^v/, "")}.`;
}

function figureTable({ name, title, figures, leftOut }: BenchmarkRecord): string {
  const notes = leftOut.map((why) => `Not measured: ${why}.`);
  const table = figures.length === 0 ? [] : [markdownTable(HEADS, figures.map(cells))];
  return [`### ${title}`, `\`npm run bench -- ${name}\``, ...table, ...notes].join("\n\n");
}

function cells(figure: Figure): readonly string[] {
  const { name, value, unit, reference } = figure;
  return [
    name,
    `${formatNumber(value)} ${unit}`,
    reference?.name ?? "",
    reference === undefined ? "" : `${formatNumber(reference.value)} ${unit}`,
    formatRatio(figure),
    formatTarget(figure),
    formatMet(figure),
  ];
}
