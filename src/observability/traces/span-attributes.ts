import type { RefusalReason } from "../../registry/registry-error.ts";
import { type StatusName, statusOf } from "../../transport/error-status.ts";

/** The call's `x-request-id`, which the log and the audit history have too. */
export const ATTR_REQUEST_ID = "scope_registry.request_id";
/** The protocol that a call came by: `grpc`, `grpc-web`, `connect`, and the names of the other paths. */
export const ATTR_PROTOCOL = "scope_registry.protocol";
/** The OAuth client that calls. */
export const ATTR_CLIENT_ID = "scope_registry.client_id";
/** Why something was refused: a name of `ErrorReason`. */
export const ATTR_REFUSAL = "scope_registry.refusal";
/** The last revision that a commit makes. */
export const ATTR_REVISION = "scope_registry.revision";
/** How many calls a commit serves. */
export const ATTR_COMMIT_CALLS = "scope_registry.commit.calls";
/** How many records a commit changes. */
export const ATTR_COMMIT_CHANGES = "scope_registry.commit.changes";

/** The statuses that are a server's own fault, by the semantic conventions of gRPC, for a span of kind SERVER. */
const SERVER_FAULTS: ReadonlySet<StatusName> = new Set<StatusName>([
  "DEADLINE_EXCEEDED",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
]);

/** Whether a refusal counts as an error of the server, not of its caller. */
export function isServerFault(reason: RefusalReason): boolean {
  return SERVER_FAULTS.has(statusOf(reason));
}
