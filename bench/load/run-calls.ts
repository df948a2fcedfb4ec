import { ascending, quantile } from "../harness/statistics.ts";
import type { LoadExtent, LoadResult } from "./load-result.ts";

/**
 * Makes calls until the extent is reached. Callers work at the same time, each makes one call after the other.
 *
 * @param callers each makes one call when it is called, and rejects if it is not answered well
 */
export async function runCalls(callers: readonly (() => Promise<void>)[], extent: LoadExtent): Promise<LoadResult> {
  const times: number[] = [];
  const start = performance.now();
  const until = "milliseconds" in extent ? start + extent.milliseconds : Number.POSITIVE_INFINITY;
  let left = "requests" in extent ? extent.requests : Number.POSITIVE_INFINITY;
  await Promise.all(
    callers.map(async (call) => {
      while (left-- > 0 && performance.now() < until) {
        const begun = performance.now();
        await call();
        times.push(performance.now() - begun);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  const ordered = Float64Array.from(times).sort(ascending);
  return { requests: times.length, seconds, p50: quantile(ordered, 0.5), p99: quantile(ordered, 0.99) };
}
