/** What rounds of one thing gave: the median, and how far they lay apart. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The spread of values, of which there is at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const ordered = [...values].sort(ascending);
  return { median: quantile(ordered, 0.5), lowest: ordered[0] ?? Number.NaN, highest: ordered.at(-1) ?? Number.NaN };
}

/** The value below which that share of an ordered list lies; of a median between two values, the mean of them. */
export function quantile(ordered: ArrayLike<number>, share: number): number {
  const at = share * (ordered.length - 1);
  const low = ordered[Math.floor(at)] ?? Number.NaN;
  const high = ordered[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** The order of numbers. */
export function ascending(a: number, b: number): number {
  return a - b;
}
