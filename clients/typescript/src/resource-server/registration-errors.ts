import type { RegistryRefusal } from "../connection/refusal.ts";
import type { Violation } from "../judging/violation.ts";

/**
 * The registry refuses a registration. The message has every violation on a line of its own: what is deployed does not fit
 * the registry, and must not run unprotected.
 */
export class RegistrationRefusedError extends Error {
  override readonly name = "RegistrationRefusedError";
  /** A name of `ErrorReason` without its prefix, `SCOPE_NOT_OWNED` for example. */
  readonly reason: string;
  readonly violations: readonly Violation[];
  /** The values that the message mentions, for programs. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor({ reason, message, violations, metadata }: RegistryRefusal, cause: unknown) {
    const lines = violations.map(({ field, description }) => (field === "" ? description : `${field}: ${description}`));
    super([`The registry refuses the registration (${reason})`, ...(lines.length > 0 ? lines : [message])].join("\n"), {
      cause,
    });
    this.reason = reason;
    this.violations = violations;
    this.metadata = metadata;
  }
}

/** Nothing could be registered until the deadline. `cause` is the last attempt's error. */
export class RegistrationTimeoutError extends Error {
  override readonly name = "RegistrationTimeoutError";
  /** How often it was tried. */
  readonly attempts: number;

  constructor(attempts: number, elapsedMs: number, cause: Error) {
    super(
      `Nothing could be registered in ${Math.round(elapsedMs)} ms (${attempts} attempts): ${cause.message.replace(/\.$/, "")}`,
      { cause },
    );
    this.attempts = attempts;
  }
}
