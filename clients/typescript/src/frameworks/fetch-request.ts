/** What the guards for `Request` and `Response` have in common. */

import type { AccessRequest } from "../resource-server/access-decision.ts";
import type { HttpAnswer } from "../resource-server/http-answer.ts";

/** How a guard for `Request`s differs from the usual one. */
export interface FetchGuardOptions {
  /**
   * The SHA-256 thumbprint of the sender's TLS client certificate, base64url, for tokens that are bound to it (RFC 8705).
   * Not given: bound tokens are refused, as a `Request` does not tell its connection.
   */
  readonly certificateSha256?: ((request: Request) => string | undefined) | undefined;
}

/** Reads what decides on a request. */
export function readFetchRequest(
  request: Request,
  { certificateSha256 }: FetchGuardOptions,
): Omit<AccessRequest, "requiredScopes"> {
  return {
    // Several headers are one here, parted by a comma, which is no token.
    authorization: request.headers.get("authorization") ?? undefined,
    url: request.url,
    certificateSha256: () => certificateSha256?.(request),
  };
}

/** An answer as a `Response`. */
export function toResponse({ status, headers, body }: HttpAnswer): Response {
  return new Response(body, { status, headers });
}
