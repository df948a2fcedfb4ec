import { setTimeout as delay } from "node:timers/promises";
import { STORE_TIMEOUT_MS, StoreUnavailableError } from "../store-errors.ts";

/**
 * The time that one operation of the store may take. The driver's own `timeoutMS` has no effect since 7.x, and its other
 * limits hold for a single attempt, so the bound is kept here.
 */
export interface Deadline {
  /** Milliseconds that are left; 0 or less: none. */
  remainingMs(): number;
  /**
   * The result of an attempt that is under way, unless time runs out first.
   *
   * @throws {StoreUnavailableError} when time runs out. The attempt goes on unseen: see to it that it changes nothing.
   */
  within<T>(attempt: Promise<T>): Promise<T>;
  /** Waits, but not beyond the deadline. */
  pause(ms: number): Promise<void>;
}

/** Starts the clock for one operation. */
export function startDeadline(ms: number = STORE_TIMEOUT_MS): Deadline {
  const end = performance.now() + ms;
  const remainingMs = () => end - performance.now();
  return {
    remainingMs,
    async within(attempt) {
      const { promise: expired, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => reject(new StoreUnavailableError(`MongoDB did not answer within ${ms} ms`)),
        Math.max(remainingMs(), 0),
      );
      try {
        return await Promise.race([attempt, expired]);
      } finally {
        clearTimeout(timer);
      }
    },
    async pause(pauseMs) {
      await delay(Math.max(Math.min(pauseMs, remainingMs()), 0));
    },
  };
}

/**
 * Runs one operation within {@link STORE_TIMEOUT_MS}.
 *
 * @throws {StoreUnavailableError} for every failure of the driver or the server; it is kept as the cause.
 */
export async function withinStoreTimeout<T>(doing: string, run: () => Promise<T>): Promise<T> {
  try {
    return await startDeadline().within(run());
  } catch (error) {
    throw toUnavailable(doing, error);
  }
}

/** What a caller gets to see of a failure. `doing` completes the sentence "MongoDB is unavailable while …". */
export function toUnavailable(doing: string, cause: unknown): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) {
    return cause;
  }
  return new StoreUnavailableError(`MongoDB is unavailable while ${doing}`, { cause });
}
