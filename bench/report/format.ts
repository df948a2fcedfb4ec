import type { Figure, Target } from "../harness/figure.ts";

/** Ratios below it are read as one over how many times: `1/230`, where `0.00` would say nothing. */
const SMALL = 0.1;

/** A measured number as people read it: three digits that count. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(digits, 3),
    maximumFractionDigits: Math.min(digits, 3),
  });
}

/** How often the reference's value, with the lowest and the highest round: `1.23× (1.18–1.31)`, or `1/230 (1/250–1/190)`. */
export function formatRatio({ ratio }: Pick<Figure, "ratio">): string {
  if (ratio === undefined) return "";
  const { median, lowest, highest } = ratio;
  return `${formatTimes(median)} (${formatFactor(lowest)}–${formatFactor(highest)})`;
}

/** So many times: `1.23×`, `230×` or `1/230`. */
export function formatTimes(ratio: number): string {
  const factor = formatFactor(ratio);
  return isFraction(ratio) || factor === "–" ? factor : `${factor}×`;
}

/** What is wanted: `≤ 1.25×`, or `≤ 500 bytes` where there is no reference. */
export function formatTarget({ target, reference, unit }: Pick<Figure, "target" | "reference" | "unit">): string {
  if (target === undefined) return "";
  return `${sign(target)} ${formatNumber(target.bound)}${reference === undefined ? ` ${unit}` : "×"}`;
}

/** Whether it is met, in a word. */
export function formatMet({ met }: Pick<Figure, "met">): string {
  return met === undefined ? "" : met ? "met" : "not met";
}

function formatFactor(ratio: number): string {
  if (!Number.isFinite(ratio)) return "–";
  if (isFraction(ratio)) return `1/${formatNumber(1 / ratio)}`;
  return ratio < 10 ? ratio.toFixed(2) : formatNumber(ratio);
}

function isFraction(ratio: number): boolean {
  return ratio > 0 && ratio < SMALL;
}

function sign({ kind }: Target): string {
  return kind === "atMost" ? "≤" : "≥";
}
