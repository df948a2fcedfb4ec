import type { Peer } from "../auth/caller.ts";
import type { CallDeadline } from "../registry/call-deadline.ts";
import type { CallSpan } from "./call-span.ts";

/** The largest message that a call may bring, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** One call, as the transport that it came by describes it. */
export interface Call extends CallDeadline {
  /** The full name of the method, `scoperegistry.v1.ScopeRegistry.ListScopes` for example. */
  readonly method: string;
  /** Unique to the call: in the log, in the audit history, and answered as `x-request-id`. */
  readonly requestId: string;
  readonly protocol: "grpc" | "grpc-web" | "connect" | "dot-dynamic-scopes" | "oauth2";
  /** The `authorization` header. */
  readonly authorization: string | undefined;
  /** Where the caller is, for the log. */
  readonly peerAddress: string;
  readonly peer: Peer;
  /** When it came, by `performance.now()`. */
  readonly startedAt: number;
  /** The `traceparent` header (W3C Trace Context §3.2), as it was sent: it may be anything. */
  readonly traceparent: string | undefined;
  /** The `tracestate` header (W3C Trace Context §3.3), as it was sent. */
  readonly tracestate: string | undefined;
  /** Set by the observer that traces calls, where the call's trace is sampled. */
  span: CallSpan | undefined;
}
