import type { Logger } from "pino";
import type { CallObserver } from "./call-observer.ts";
import { statusOf } from "./error-status.ts";

/** Writes a line into the log for each call. */
export function createCallLog(logger: Logger): CallObserver {
  return {
    ended(call, caller, refusal) {
      // What others failed in. The cause of any other refusal may quote what the caller sent.
      if (refusal?.reason === "ISSUER_UNAVAILABLE" || refusal?.reason === "STORE_UNAVAILABLE") {
        logger.warn({ err: refusal.cause, request_id: call.requestId, ...refusal.metadata }, refusal.message);
      }
      if (!logger.isLevelEnabled("info")) return;
      logger.info(
        {
          request_id: call.requestId,
          method: call.method,
          protocol: call.protocol,
          status: refusal === undefined ? "OK" : statusOf(refusal.reason),
          reason: refusal?.reason,
          message: refusal?.message,
          duration_ms: Math.round((performance.now() - call.startedAt) * 1_000) / 1_000,
          client_id: caller?.clientId,
          issuer: caller?.issuer,
          peer: call.peerAddress,
          trace_id: call.span?.traceId,
        },
        "Call",
      );
    },
  };
}
