import { CacheTally } from "../../auth/cache-tally.ts";
import { counter, type MeasuredMetric } from "./measured-metric.ts";

/** How often tokens were remembered. */
export interface TokenTallies {
  /** Tokens that callers have shown. */
  readonly callers: CacheTally;
  /** Tokens that were introspected. */
  readonly introspected: CacheTally;
}

/** What is measured of tokens. */
export interface TokenMetrics {
  readonly tallies: TokenTallies;
  readonly metrics: readonly MeasuredMetric[];
}

/** Makes the tallies, and shows them. */
export function createTokenMetrics(): TokenMetrics {
  const tallies = { callers: new CacheTally(), introspected: new CacheTally() };
  const lookups = counter(
    "scope_registry_token_lookups_total",
    "How often a token was remembered (hit), or had to be verified (miss): of callers, and of who is introspected",
    function* () {
      for (const [cache, { hits, misses }] of Object.entries(tallies)) {
        yield { labels: { cache, result: "hit" }, value: hits };
        yield { labels: { cache, result: "miss" }, value: misses };
      }
    },
  );
  return { tallies, metrics: [lookups] };
}
