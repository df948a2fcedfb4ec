import { RegistryError } from "./registry-error.ts";

/** How long a call may take: what its caller said, and whether the caller is still there. */
export interface CallDeadline {
  /** When the caller stops waiting, in milliseconds since 1970-01-01T00:00:00Z; undefined: it did not say. */
  readonly expiresAt: number | undefined;
  /**
   * Aborts when the caller has given up, or its deadline has passed; for what it was refused meanwhile, if that is known. Made when
   * it is first read: few calls need it.
   */
  readonly signal: AbortSignal;
}

/** How much earlier than the caller's deadline an answer is sent, so that it still arrives, in milliseconds. */
const ANSWER_MARGIN_MS = 50;

/**
 * How much before a call's deadline its signal may abort because of it without saying so, in milliseconds: a caller counts by its own
 * clock, and from when it sent the request.
 */
const EARLY_TIMER_MS = 5;

/** How long a call may still wait: until just before its deadline, and never longer than `mostMs`. */
export function timeLeft(deadline: CallDeadline, mostMs: number, now: number): number {
  if (deadline.expiresAt === undefined) return mostMs;
  const left = deadline.expiresAt - now;
  return Math.max(0, Math.min(mostMs, left - Math.min(ANSWER_MARGIN_MS, left / 4)));
}

/**
 * The promise's outcome, or a refusal when the caller gives up or its time has run out. What was waited for goes on.
 *
 * @param onTimeout the refusal when the time has run out
 */
export async function withinDeadline<T>(
  promise: Promise<T>,
  deadline: CallDeadline,
  mostMs: number,
  onTimeout: () => RegistryError,
): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(onTimeout()), timeLeft(deadline, mostMs, Date.now()));
  const onAbort = () => reject(whyOver(deadline));
  deadline.signal.addEventListener("abort", onAbort, { once: true });
  if (deadline.signal.aborted) onAbort();
  try {
    return await Promise.race([promise, ended]);
  } finally {
    clearTimeout(timer);
    deadline.signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Refuses a call that nobody waits for any more, before anything is done for it.
 *
 * @throws {RegistryError} DEADLINE_EXCEEDED, CANCELLED
 */
export function refuseIfOver(deadline: CallDeadline): void {
  const over = whyOver(deadline);
  if (over !== undefined) throw over;
}

/** The refusal of a call that nobody waits for any more: what its signal says, if it does. Undefined: its caller still waits. */
export function whyOver({ expiresAt, signal }: CallDeadline): RegistryError | undefined {
  if (signal.aborted && signal.reason instanceof RegistryError) return signal.reason;
  const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - Date.now();
  if (left <= 0 || (signal.aborted && left <= EARLY_TIMER_MS)) return deadlinePassed();
  return signal.aborted ? givenUp() : undefined;
}

/** The refusal of a call whose caller has stopped waiting. */
export function deadlinePassed(): RegistryError {
  return new RegistryError("DEADLINE_EXCEEDED", "The deadline has passed before there was an answer: give more time");
}

/** The refusal of a call that comes, or is still waiting, when the server stops. */
export function shuttingDown(): RegistryError {
  return new RegistryError("SHUTTING_DOWN", "The server is stopping: call another one");
}

/** The refusal of a call that its caller does not wait for any more. */
export function givenUp(): RegistryError {
  return new RegistryError("CANCELLED", "The caller gave the call up");
}

/** The longest time that a timer can be set to, in milliseconds. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The promise's outcome, or DEADLINE_EXCEEDED once the caller has stopped waiting. What was waited for goes on. */
export async function untilExpiry<T>(promise: Promise<T>, { expiresAt }: CallDeadline): Promise<T> {
  const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - Date.now();
  if (left > MAX_TIMER_MS) return promise;
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(deadlinePassed()), Math.max(left, 0));
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
