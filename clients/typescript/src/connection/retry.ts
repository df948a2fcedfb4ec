import { ConnectError } from "@connectrpc/connect";
import { pause } from "./wait.ts";

/**
 * Makes an attempt, and another one after each that failed, as long as that is wanted.
 *
 * @param signal ends it, with its reason
 * @param delayAfter how long to wait after an attempt, counted from 1, in milliseconds; undefined: no more attempts. It may
 * throw another error
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  delayAfter: (error: ConnectError, count: number) => number | undefined,
): Promise<T> {
  for (let count = 1; ; count++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const delayMs = delayAfter(ConnectError.from(error), count);
      if (delayMs === undefined) throw error;
      await pause(delayMs, signal).catch(() => signal.throwIfAborted());
    }
  }
}
