import stringWidth from "string-width";
import type { Figure } from "../harness/figure.ts";
import { formatMet, formatNumber, formatRatio, formatTarget } from "./format.ts";

const HEADS = ["figure", "value", "beside", "ratio (lowest–highest round)", "target", ""];
const GAP = "  ";

/** The figures as a table for a terminal. */
export function reportTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${formatNumber(figure.value)} ${figure.unit}`,
    figure.reference === undefined ? "" : `${figure.reference.name}: ${formatNumber(figure.reference.value)}`,
    formatRatio(figure),
    formatTarget(figure),
    formatMet(figure),
  ]);
  const widths = HEADS.map((head, column) =>
    Math.max(...[HEADS, ...rows].map((row) => stringWidth(row[column] ?? head))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join(GAP)
      .trimEnd();
  return `${[line(HEADS), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n")}\n`;
}
