import { atMost, type Figure, figureOf } from "../../harness/figure.ts";
import { spreadOf } from "../../harness/statistics.ts";
import { UNTIL_VALID } from "./figure-names.ts";
import { secondsUntilValid } from "./seconds-until-valid.ts";
import type { Side } from "./side.ts";

const ROUNDS = 2;

/** What grants scopes that were registered, beside what caches them. */
export interface UntilValidSides {
  readonly registry: Side;
  readonly extension: Side;
  /** What the latter is called. */
  readonly peer: string;
}

/** How long a scope that was registered is still refused. */
export async function untilValidFigure(
  { registry, extension, peer }: UntilValidSides,
  progress: (text: string) => void,
): Promise<Figure> {
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round++) ours.push(await secondsUntilValid(registry, `valid-soon:${round}`));
  progress("waiting until the extension grants a scope that was registered, up to 30 s");
  return figureOf({
    name: UNTIL_VALID,
    unit: "s",
    // The extension's is waited for once: what it takes is how long it caches.
    values: [spreadOf(ours).median],
    reference: { name: peer, values: [await secondsUntilValid(extension, "valid-soon")] },
    target: atMost(1),
  });
}
