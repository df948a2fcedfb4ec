import { abortError } from "./wait.ts";

/** The longest time that a call can have, in milliseconds, about a day: gRPC writes it in eight digits. */
export const MAX_TIMEOUT_MS = 99_999_999;

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
 * @param timeoutMs undefined, or not above 0: no limit, which is Connect's own rule; at most {@link MAX_TIMEOUT_MS}
 * @param signals what else ends the call
 * @param timeoutError the reason that the signal aborts with when the time is over
 */
export function startDeadline(
  timeoutMs: number | undefined,
  signals: readonly (AbortSignal | undefined)[],
  timeoutError: () => Error,
): CallDeadline {
  const controller = new AbortController();
  const limitMs = timeoutMs !== undefined && timeoutMs > 0 ? Math.min(timeoutMs, MAX_TIMEOUT_MS) : undefined;
  const expiresAt = limitMs === undefined ? undefined : performance.now() + limitMs;
  const timer = limitMs === undefined ? undefined : setTimeout(() => controller.abort(timeoutError()), limitMs);
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
