const ROOM = 1.25;

/** A logarithmic axis: where values lie on it, and the powers of ten that are marked. */
export interface LogScale {
  readonly lowest: number;
  readonly highest: number;
  readonly ticks: readonly number[];
  /** The position of a value. */
  at(value: number): number;
}

/** Makes one from a value at one position to another at another, both marked or between marks. */
export function logScale(
  [lowest, highest]: readonly [number, number],
  [from, to]: readonly [number, number],
): LogScale {
  const decades = Math.log10(highest / lowest);
  const first = Math.ceil(Math.log10(lowest) - 1e-9);
  const last = Math.floor(Math.log10(highest) + 1e-9);
  return {
    lowest,
    highest,
    ticks: Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at)),
    at: (value) => from + (Math.log10(value / lowest) / decades) * (to - from),
  };
}

/** The nearest bounds at 1 or 3 times a power of ten with some room around the values. */
export function boundsAround(values: readonly number[]): readonly [number, number] {
  return [boundBelow(Math.min(...values) / ROOM), boundAbove(Math.max(...values) * ROOM)];
}

function boundBelow(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return value >= 3 * decade ? 3 * decade : decade;
}

function boundAbove(value: number): number {
  const decade = 10 ** Math.ceil(Math.log10(value));
  return value <= 0.3 * decade ? 0.3 * decade : decade;
}
