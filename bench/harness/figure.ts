import { type Spread, spreadOf } from "./statistics.ts";

/** What a figure is wanted to be, as a bound on {@link Figure.ratio}, or on its value where there is no reference. */
export interface Target {
  readonly kind: "atMost" | "atLeast";
  readonly bound: number;
}

/** Something that was measured. */
export interface Figure {
  /** What was measured, in words. */
  readonly name: string;
  readonly unit: string;
  /** The median of the rounds. */
  readonly value: number;
  /** What it is compared with, measured in the same rounds. */
  readonly reference: { readonly name: string; readonly value: number } | undefined;
  /** The value over the reference's, round by round. */
  readonly ratio: Spread | undefined;
  readonly target: Target | undefined;
  /** Undefined: nothing is wanted of it, it is there to be read. */
  readonly met: boolean | undefined;
}

/** What makes a figure of rounds. */
export interface FigureParts {
  readonly name: string;
  readonly unit: string;
  /** One value a round. */
  readonly values: readonly number[];
  /** What it is compared with: one value a round, in the same order. */
  readonly reference?: { readonly name: string; readonly values: readonly number[] };
  readonly target?: Target;
}

/** Makes a figure. What decides is the median of the rounds' ratios: both sides of one round saw the same machine. */
export function figureOf({ name, unit, values, reference, target }: FigureParts): Figure {
  const value = spreadOf(values).median;
  const ratio = reference && spreadOf(values.map((each, round) => each / (reference.values[round] ?? Number.NaN)));
  return {
    name,
    unit,
    value,
    reference: reference && { name: reference.name, value: spreadOf(reference.values).median },
    ratio,
    target,
    met: target && meets(ratio?.median ?? value, target),
  };
}

/** A bound from above. */
export function atMost(bound: number): Target {
  return { kind: "atMost", bound };
}

/** A bound from below. */
export function atLeast(bound: number): Target {
  return { kind: "atLeast", bound };
}

function meets(measured: number, { kind, bound }: Target): boolean {
  return kind === "atMost" ? measured <= bound : measured >= bound;
}
