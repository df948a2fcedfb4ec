import type { BenchmarkContext } from "./benchmark.ts";

/** The sides of a comparison: each measures itself once when it is called. */
export type Sides<M> = Readonly<Record<string, (round: number) => Promise<M> | M>>;

/** What each side measured, one entry a round. */
export type Rounds<S extends Sides<unknown>> = { readonly [K in keyof S]: readonly Awaited<ReturnType<S[K]>>[] };

/**
 * Lets the sides take turns, round by round, every second round in the opposite order: what the machine does beside meets all
 * of them. A first round warms them up and does not count.
 */
export async function alternate<S extends Sides<unknown>>(
  { scale, progress }: Pick<BenchmarkContext, "scale" | "progress">,
  sides: S,
): Promise<Rounds<S>> {
  const names = Object.keys(sides);
  const measured: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= scale.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      progress(round === 0 ? `warming up: ${name}` : `round ${round} of ${scale.rounds}: ${name}`);
      const found = await sides[name]?.(round);
      if (round > 0) measured[name]?.push(found);
    }
  }
  return measured as Rounds<S>;
}
