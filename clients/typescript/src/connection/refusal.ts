import { durationMs } from "@bufbuild/protobuf/wkt";
import { type Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.ts";
import type { Violation } from "../judging/violation.ts";

/** The domain of every `google.rpc.ErrorInfo` of the registry. */
const ERROR_DOMAIN = "scoperegistry.v1";

/** Why the registry refused a call (AIP-193). */
export interface RegistryRefusal {
  readonly code: Code;
  /** A name of `ErrorReason` without its prefix, `SCOPE_NOT_OWNED` for example. Later versions know more of them. */
  readonly reason: string;
  readonly message: string;
  /** The values that the message mentions, for programs. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Every broken rule, where the request broke rules. */
  readonly violations: readonly Violation[];
  /** After how many milliseconds it is worth trying again; undefined: the registry does not say. */
  readonly retryAfterMs: number | undefined;
}

/** What the registry says in an error of a call; undefined if the error is not the registry's. */
export function refusalOf(error: unknown): RegistryRefusal | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const info = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === ERROR_DOMAIN);
  if (info === undefined) return undefined;
  const violations = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    code: error.code,
    reason: info.reason,
    message: error.rawMessage,
    metadata: info.metadata,
    violations: violations.map(({ field, description }) => ({ field, description })),
    retryAfterMs: delay && durationMs(delay),
  };
}
