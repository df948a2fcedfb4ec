import { TokenUncheckedError } from "../tokens/token-errors.ts";

/**
 * An error as it is logged: what keeps tokens from being checked stands in its cause, which many logs leave out, and so it is
 * put in the message. Senders of requests get the short message only.
 */
export function toLoggedError(error: unknown): unknown {
  if (!(error instanceof TokenUncheckedError && error.cause instanceof Error)) return error;
  const { message, retryAfterSeconds, cause } = error;
  return new TokenUncheckedError(`${message}; the cause: ${cause.message}`, { retryAfterSeconds, cause });
}
