import { Counter, type Registry } from "prom-client";
import { CacheTally } from "../../auth/cache-tally.ts";

/** How often tokens were remembered. */
export interface TokenTallies {
  /** Tokens that callers have shown. */
  readonly callers: CacheTally;
  /** Tokens that were introspected. */
  readonly introspected: CacheTally;
}

/** Makes the tallies, and shows them. */
export function createTokenMetrics(registry: Registry): TokenTallies {
  const tallies = { callers: new CacheTally(), introspected: new CacheTally() };
  new Counter({
    name: "scope_registry_token_lookups_total",
    help: "How often a token was remembered (hit), or had to be verified (miss): of callers, and of who is introspected",
    labelNames: ["cache", "result"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [cache, { hits, misses }] of Object.entries(tallies)) {
        this.inc({ cache, result: "hit" }, hits);
        this.inc({ cache, result: "miss" }, misses);
      }
    },
  });
  return tallies;
}
