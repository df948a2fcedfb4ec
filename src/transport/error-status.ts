import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Violation } from "@scope-registry/client/judging";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "@scope-registry/client/messages";
import type { RefusalReason, RegistryError } from "../registry/registry-error.ts";

/** The domain of every `google.rpc.ErrorInfo`. */
export const ERROR_DOMAIN = "scoperegistry.v1";

/** How many bytes the violations of one error take, at the most: errors travel in headers, which clients bound at 8 KiB. */
const MAX_VIOLATIONS_BYTES = 4_000;

/** The gRPC status codes that the registry answers (google.rpc.Code). */
export const STATUS_CODES = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** The name of a gRPC status code. */
export type StatusName = keyof typeof STATUS_CODES;

const STATUS_OF_REASON: Readonly<Record<RefusalReason, StatusName>> = {
  INVALID_REQUEST: "INVALID_ARGUMENT",
  MALFORMED_MESSAGE: "INVALID_ARGUMENT",
  INVALID_PAGE_TOKEN: "INVALID_ARGUMENT",
  TOKEN_MISSING: "UNAUTHENTICATED",
  TOKEN_INVALID: "UNAUTHENTICATED",
  CLIENT_INVALID: "UNAUTHENTICATED",
  SCOPE_MISSING: "PERMISSION_DENIED",
  SCOPE_NOT_OWNED: "PERMISSION_DENIED",
  RESOURCE_NOT_OWNED: "PERMISSION_DENIED",
  REVISION_MISMATCH: "ABORTED",
  REVISION_UNKNOWN: "OUT_OF_RANGE",
  REVISION_COMPACTED: "OUT_OF_RANGE",
  MESSAGE_TOO_LARGE: "RESOURCE_EXHAUSTED",
  REGISTRATION_TOO_LARGE: "RESOURCE_EXHAUSTED",
  OVERLOADED: "RESOURCE_EXHAUSTED",
  STORE_UNAVAILABLE: "UNAVAILABLE",
  ISSUER_UNAVAILABLE: "UNAVAILABLE",
  SHUTTING_DOWN: "UNAVAILABLE",
  DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED",
  NOT_IMPLEMENTED: "UNIMPLEMENTED",
  INTERNAL: "INTERNAL",
  CANCELLED: "CANCELLED",
  PREFIX_NOT_OWNED: "PERMISSION_DENIED",
  PREFIX_TAKEN: "ALREADY_EXISTS",
  RESOURCE_TAKEN: "ALREADY_EXISTS",
  RESOURCE_IN_USE: "FAILED_PRECONDITION",
  REGISTRATION_CLOSED: "FAILED_PRECONDITION",
  TEMPLATE_OVERLAP: "FAILED_PRECONDITION",
  NAME_IN_USE: "FAILED_PRECONDITION",
  SCOPE_IN_USE: "FAILED_PRECONDITION",
  WRONG_STATE: "FAILED_PRECONDITION",
  NOT_FOUND: "NOT_FOUND",
  REGISTRY_NOT_EMPTY: "FAILED_PRECONDITION",
  IMPORT_UNDER_WAY: "ABORTED",
  IMPORT_UNKNOWN: "FAILED_PRECONDITION",
};

/** The gRPC status that a refusal is answered with. */
export function statusOf(reason: RefusalReason): StatusName {
  return STATUS_OF_REASON[reason];
}

/** One error detail: its type and its content. */
export interface ErrorDetail<Desc extends DescMessage = DescMessage> {
  readonly desc: Desc;
  readonly value: MessageInitShape<Desc>;
}

/** The standard details of a refusal (AIP-193): ErrorInfo always, BadRequest and RetryInfo where there is something to say. */
export function errorDetails(error: RegistryError): readonly ErrorDetail[] {
  const details: ErrorDetail[] = [
    detail(ErrorInfoSchema, { reason: error.reason, domain: ERROR_DOMAIN, metadata: error.metadata }),
  ];
  if (error.violations.length > 0) {
    details.push(detail(BadRequestSchema, { fieldViolations: fittingViolations(error.violations) }));
  }
  if (error.retryAfterMs !== undefined) {
    details.push(detail(RetryInfoSchema, { retryDelay: durationFromMs(error.retryAfterMs) }));
  }
  return details;
}

function detail<Desc extends DescMessage>(desc: Desc, value: MessageInitShape<Desc>): ErrorDetail {
  return { desc, value } as ErrorDetail;
}

/** All violations, or as many as fit and then how many more there are. */
function fittingViolations(violations: readonly Violation[]): Violation[] {
  const fitting: Violation[] = [];
  let bytes = 0;
  for (const violation of violations) {
    bytes += Buffer.byteLength(violation.field) + Buffer.byteLength(violation.description) + 8;
    if (bytes > MAX_VIOLATIONS_BYTES) {
      const left = violations.length - fitting.length;
      return [...fitting, { field: "", description: `${left} more violations do not fit into this answer` }];
    }
    fitting.push(violation);
  }
  return fitting;
}
