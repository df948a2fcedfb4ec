import { Code, ConnectError, ConnectionOptionsError, refusalOf, ScopeFileError } from "@scope-registry/client";
import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";

/** How a command ends, for scripts to tell apart. The meanings are in docs/cli.md and in `scope-registry --help`. */
export const EXIT = {
  ok: 0,
  /** The answer is no: not valid, not active, not found, not confirmed. */
  negative: 1,
  /** A dry run has found a difference. */
  difference: 2,
  /** What was asked for cannot be asked for: wrong words, wrong settings, a file that cannot be used. */
  badInput: 3,
  /** There is no token to be had, or it does not allow the call. */
  refused: 4,
  /** Others were faster, or the state does not allow it. */
  conflict: 5,
  /** The registry or the issuer of the token does not answer. */
  unavailable: 6,
  fault: 70,
  /** Ended by Ctrl-C: 128 and the signal's number, as shells have it. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Partial<Record<Code, ExitCode>> = {
  [Code.NotFound]: EXIT.negative,
  [Code.InvalidArgument]: EXIT.badInput,
  [Code.ResourceExhausted]: EXIT.badInput,
  [Code.Unauthenticated]: EXIT.refused,
  [Code.PermissionDenied]: EXIT.refused,
  [Code.Aborted]: EXIT.conflict,
  [Code.AlreadyExists]: EXIT.conflict,
  [Code.FailedPrecondition]: EXIT.conflict,
  [Code.OutOfRange]: EXIT.conflict,
  [Code.Unavailable]: EXIT.unavailable,
  [Code.DeadlineExceeded]: EXIT.unavailable,
};

/** The exit code of an error that ends a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof ConnectionOptionsError || error instanceof ScopeFileError) return EXIT.badInput;
  if (!(error instanceof ConnectError)) return EXIT.fault;
  const refusal = refusalOf(error);
  if (refusal?.reason === "OVERLOADED") return EXIT.unavailable;
  // The connection's own: the two sides do not agree on TLS, which only other settings help against.
  if (refusal === undefined && error.code === Code.FailedPrecondition) return EXIT.badInput;
  return BY_CODE[error.code] ?? EXIT.fault;
}
