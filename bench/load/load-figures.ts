import { type Figure, figureOf, type Target } from "../harness/figure.ts";
import type { ServedLoad } from "./load-generator.ts";

/** The server's CPU time a request, of each round. */
export function cpuOf(rounds: readonly ServedLoad[]): readonly number[] {
  return rounds.map(({ cpuMicros }) => cpuMicros);
}

/** How many requests a second were answered. */
export function throughputFigure(
  name: string,
  rounds: readonly ServedLoad[],
  referenceName: string,
  reference: readonly ServedLoad[],
  target?: Target,
): Figure {
  const perSecond = (each: readonly ServedLoad[]) => each.map((round) => round.perSecond);
  return figureOf({
    name: `${name}: requests a second`,
    unit: "/s",
    values: perSecond(rounds),
    reference: { name: referenceName, values: perSecond(reference) },
    ...(target === undefined ? {} : { target }),
  });
}

/** How long an answer took, the median and the slowest of a hundred. */
export function latencyFigures(
  name: string,
  rounds: readonly ServedLoad[],
  referenceName: string,
  reference: readonly ServedLoad[],
): readonly Figure[] {
  return (["p50", "p99"] as const).map((quantile) =>
    figureOf({
      name: `${name}: ${quantile}`,
      unit: "ms",
      values: rounds.map((round) => round[quantile]),
      reference: { name: referenceName, values: reference.map((round) => round[quantile]) },
    }),
  );
}
