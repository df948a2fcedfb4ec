import type { Violation } from "@scope-registry/client/judging";
import type { RefusalReason, RegistryError } from "../../registry/registry-error.ts";
import { type StatusName, statusOf } from "../error-status.ts";
import { bearerChallenge } from "./bearer-challenge.ts";
import type { RoutedAnswer } from "./http-route.ts";
import { onePiece } from "./one-piece.ts";

/** An answer whose headers can be added to. */
export type HttpAnswer = RoutedAnswer & { readonly header: Headers };

const HTTP_STATUS: Readonly<Record<StatusName, number>> = {
  // Nobody is there to see it.
  CANCELLED: 499,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 409,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  UNAUTHENTICATED: 401,
};

/** The error codes of RFC 6750 §3.1 and RFC 6749 §5.2, in place of the reason's own name. */
const OAUTH_ERRORS: Readonly<Partial<Record<RefusalReason, string>>> = {
  TOKEN_INVALID: "invalid_token",
  CLIENT_INVALID: "invalid_client",
  SCOPE_MISSING: "insufficient_scope",
};

/**
 * A refusal as a path answers it that speaks plain HTTP: its status, `Retry-After` and `WWW-Authenticate` where they belong, and in
 * JSON `error`, `error_description`, and the `violations` where there are any.
 *
 * @param violations the refusal's own, with their fields as the caller knows them
 * @param challengeOf what `WWW-Authenticate` says
 */
export function jsonRefusal(
  error: RegistryError,
  violations: readonly Violation[],
  challengeOf = bearerChallenge,
): HttpAnswer {
  const { reason, retryAfterMs } = error;
  const challenge = challengeOf(error);
  const body = {
    error: OAUTH_ERRORS[reason] ?? reason.toLowerCase(),
    error_description: violations.length === 0 ? error.message : violations.map(describe).join("; "),
    ...(violations.length > 0 && { violations }),
  };
  return jsonResponse(reason === "MESSAGE_TOO_LARGE" ? 413 : HTTP_STATUS[statusOf(reason)], body, {
    ...(challenge !== undefined && { "www-authenticate": challenge }),
    ...(retryAfterMs !== undefined && { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) }),
  });
}

/** What is answered to an HTTP method that the path does not know: to HEAD, the same without its body. */
export function methodNotAllowed(method: string, allowed: readonly string[]): HttpAnswer {
  const body = { error: "method_not_allowed", error_description: `Use ${allowed.join(" or ")}` };
  return answerTo(method, jsonResponse(405, body, { allow: allowed.join(", "), "cache-control": "no-store" }));
}

/** An answer to a request of this HTTP method: to HEAD, what GET is answered without its body. */
export function answerTo(method: string, answer: HttpAnswer): HttpAnswer {
  return method === "HEAD" ? { status: answer.status, header: answer.header } : answer;
}

/** An answer in JSON. */
export function jsonResponse(
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    status,
    header: new Headers({ ...headers, "content-type": "application/json", "content-length": String(bytes.length) }),
    body: onePiece(bytes),
  };
}

function describe({ field, description }: Violation): string {
  return field === "" ? description : `${field}: ${description}`;
}
