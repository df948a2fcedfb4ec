/** A token is not valid here. The message is shown to its sender, and holds neither the token nor what it says. */
export class TokenRefusedError extends Error {
  override readonly name = "TokenRefusedError";
}

/** Whether a token is valid cannot be found out at the moment. The cause is for the log. */
export class TokenUncheckedError extends Error {
  override readonly name = "TokenUncheckedError";
  /** After how long it is worth trying again, in seconds. */
  readonly retryAfterSeconds: number;

  constructor(message: string, { retryAfterSeconds, cause }: { retryAfterSeconds: number; cause?: unknown }) {
    super(message, { cause });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
