import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";

/** Waits, and clears its timer when the signal aborts. @throws {ConnectError} the signal's reason */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw abortError(signal);
  }
}

/** The promise's outcome, or the signal's reason if that aborts first. What was waited for goes on. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(abortError(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Why a signal has aborted, as an error of a call. */
export function abortError(signal: AbortSignal): ConnectError {
  return ConnectError.from(signal.reason, Code.Canceled);
}

/** How the pauses between attempts grow, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** How long to wait after an attempt, counted from 1: twice as long each time, less up to a half, so that callers part. */
export function backoffDelay(attempt: number, { firstMs, mostMs }: Backoff): number {
  return Math.min(mostMs, firstMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
