import type { Violation } from "@scope-registry/client/judging";

/**
 * Why a call is refused: the names of the wire's `ErrorReason`, without its prefix, and CLIENT_INVALID, which can be shown at a path of
 * plain HTTP only. Which gRPC status each has stands in `src/transport/error-status.ts`.
 */
export type RefusalReason =
  | "INVALID_REQUEST"
  | "MALFORMED_MESSAGE"
  | "INVALID_PAGE_TOKEN"
  | "TOKEN_MISSING"
  | "TOKEN_INVALID"
  | "CLIENT_INVALID"
  | "SCOPE_MISSING"
  | "SCOPE_NOT_OWNED"
  | "RESOURCE_NOT_OWNED"
  | "REVISION_MISMATCH"
  | "REVISION_UNKNOWN"
  | "REVISION_COMPACTED"
  | "MESSAGE_TOO_LARGE"
  | "REGISTRATION_TOO_LARGE"
  | "OVERLOADED"
  | "STORE_UNAVAILABLE"
  | "ISSUER_UNAVAILABLE"
  | "SHUTTING_DOWN"
  | "DEADLINE_EXCEEDED"
  | "NOT_IMPLEMENTED"
  | "INTERNAL"
  | "CANCELLED"
  | "PREFIX_NOT_OWNED"
  | "PREFIX_TAKEN"
  | "RESOURCE_TAKEN"
  | "RESOURCE_IN_USE"
  | "REGISTRATION_CLOSED"
  | "TEMPLATE_OVERLAP"
  | "NAME_IN_USE"
  | "SCOPE_IN_USE"
  | "WRONG_STATE"
  | "NOT_FOUND"
  | "REGISTRY_NOT_EMPTY"
  | "IMPORT_UNDER_WAY"
  | "IMPORT_UNKNOWN";

/** What a refusal may carry beside its message. */
export interface RefusalDetails {
  /** The values that the message mentions, for programs. Never a secret or a token. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly Violation[];
  /** After how many milliseconds it is worth trying again. */
  readonly retryAfterMs?: number;
  /** For the log, never for the caller. */
  readonly cause?: unknown;
}

/** A call is refused. The message is for the caller: sentence case, says what to do, names ids, never secrets. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly reason: RefusalReason;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];
  readonly retryAfterMs: number | undefined;

  constructor(reason: RefusalReason, message: string, details: RefusalDetails = {}) {
    super(message, { cause: details.cause });
    this.reason = reason;
    this.metadata = details.metadata ?? {};
    this.violations = details.violations ?? [];
    this.retryAfterMs = details.retryAfterMs;
  }
}
