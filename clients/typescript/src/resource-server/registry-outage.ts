import { Code, ConnectError } from "@connectrpc/connect";
import { refusalOf } from "../connection/refusal.ts";

/** How many calls must stay without an answer until the registry counts as away, if it has answered nothing meanwhile. */
const MAX_UNANSWERED = 3;

/** Remembers that the registry is away, so that requests do not all wait for it. */
export interface RegistryOutage {
  /**
   * Makes a call; while the registry counts as away, rejects at once with the error that told so. When the pause is over, one
   * call finds out how it is, and the others go on being rejected.
   */
  call<T>(make: () => Promise<T>): Promise<T>;
}

/**
 * Makes one that knows of no outage. A call that could not be made tells of one, and so do calls that were not answered in
 * time. A refusal does not, nor does a late answer while there are others: that may concern a single token.
 *
 * @param retryMs after how long the registry is worth calling again, in milliseconds
 */
export function createRegistryOutage(retryMs: number): RegistryOutage {
  // Times are by `performance.now()`, which nobody sets.
  let outage: { readonly until: number; readonly error: unknown } | undefined;
  let unanswered = 0;
  let answeredAt = Number.NEGATIVE_INFINITY;

  function noteAnswer(): void {
    outage = undefined;
    unanswered = 0;
    answeredAt = performance.now();
  }

  function tellsOfOutage(error: unknown, calledAt: number): boolean {
    const { code } = ConnectError.from(error);
    if (code === Code.DeadlineExceeded && answeredAt < calledAt) unanswered += 1;
    return code === Code.Unavailable || unanswered >= MAX_UNANSWERED;
  }

  return {
    async call(make) {
      const calledAt = performance.now();
      if (outage !== undefined) {
        if (outage.until > calledAt) throw outage.error;
        outage = { ...outage, until: calledAt + retryMs };
      }
      try {
        const answer = await make();
        noteAnswer();
        return answer;
      } catch (error) {
        if (refusalOf(error) !== undefined) noteAnswer();
        else if (tellsOfOutage(error, calledAt)) outage = { until: performance.now() + retryMs, error };
        throw error;
      }
    },
  };
}
