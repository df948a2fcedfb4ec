import { abortError } from "./wait.ts";

/** How long a call may take. `end` it, so that no timer is left. */
export interface CallDeadline {
  /** Aborts when the time is over, the caller gives up, or the connection is closed. */
  readonly signal: AbortSignal;
  /** How much time is left, in milliseconds; undefined: any. */
  left(): number | undefined;
  end(): void;
}

/**
 * Starts the time of a call.
 *
 * @param timeoutMs undefined: no limit
 * @param signals what else ends the call
 * @param timeoutError the reason that the signal aborts with when the time is over
 */
export function startDeadline(
  timeoutMs: number | undefined,
  signals: readonly (AbortSignal | undefined)[],
  timeoutError: () => Error,
): CallDeadline {
  const controller = new AbortController();
  const expiresAt = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(timeoutError()), timeoutMs);
  const undo = signals.map((signal) => signal && follow(signal, controller));
  return {
    signal: controller.signal,
    left: () => (expiresAt === undefined ? undefined : Math.max(1, Math.ceil(expiresAt - performance.now()))),
    end() {
      clearTimeout(timer);
      for (const unfollow of undo) unfollow?.();
    },
  };
}

/** By hand, as signals of `AbortSignal.any` stay with a signal that lives as long as the connection. */
function follow(signal: AbortSignal, controller: AbortController): () => void {
  const onAbort = () => controller.abort(abortError(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return () => signal.removeEventListener("abort", onAbort);
}
