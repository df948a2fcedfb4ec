import { atLeast, atMost, type Figure, figureOf } from "../../harness/figure.ts";
import { cpuOf, throughputFigure } from "../../load/load-figures.ts";
import type { ServedLoad } from "../../load/load-generator.ts";

/** What an operation costs, and how often it is answered in a second: at least as well as by the one that is compared with. */
export function operationFigures(
  name: string,
  ours: readonly ServedLoad[],
  peer: string,
  theirs: readonly ServedLoad[],
): readonly Figure[] {
  const milliseconds = (rounds: readonly ServedLoad[]) => cpuOf(rounds).map((micros) => micros / 1_000);
  return [
    figureOf({
      name: `${name}: CPU`,
      unit: "ms",
      values: milliseconds(ours),
      reference: { name: peer, values: milliseconds(theirs) },
      target: atMost(1),
    }),
    throughputFigure(name, ours, peer, theirs, atLeast(1)),
  ];
}
