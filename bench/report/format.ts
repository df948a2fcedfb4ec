import type { Figure, Target } from "../harness/figure.ts";

/** A measured number as people read it: three digits that count. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(digits, 3),
    maximumFractionDigits: Math.min(digits, 3),
  });
}

/** How often the reference's value, with the lowest and the highest round: `1.23× (1.18–1.31)`. */
export function formatRatio({ ratio }: Figure): string {
  if (ratio === undefined) return "";
  return `${ratio.median.toFixed(2)}× (${ratio.lowest.toFixed(2)}–${ratio.highest.toFixed(2)})`;
}

/** What is wanted: `≤ 1.25×`, or `≤ 500 bytes` where there is no reference. */
export function formatTarget({ target, reference, unit }: Figure): string {
  if (target === undefined) return "";
  return `${sign(target)} ${formatNumber(target.bound)}${reference === undefined ? ` ${unit}` : "×"}`;
}

/** Whether it is met, in a word. */
export function formatMet({ met }: Figure): string {
  return met === undefined ? "" : met ? "met" : "not met";
}

function sign({ kind }: Target): string {
  return kind === "atMost" ? "≤" : "≥";
}
