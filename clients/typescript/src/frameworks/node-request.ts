/** What the guards for frameworks on Node's own HTTP servers have in common. */
import { hash } from "node:crypto";
import { TLSSocket } from "node:tls";
import type { AccessRequest } from "../resource-server/access-decision.ts";

/** A request of Node's HTTP/1 or HTTP/2 server, as far as it is needed. */
export interface NodeRequest {
  readonly headers: { readonly authorization?: string | undefined };
  readonly rawHeaders: readonly string[];
  readonly socket: object;
  readonly url?: string | undefined;
}

/** How a guard on Node's HTTP servers differs from the usual one. */
export interface NodeGuardOptions {
  /**
   * The SHA-256 thumbprint of the sender's TLS client certificate, base64url, for tokens that are bound to it (RFC 8705).
   * Not given: that of the connection. Set it behind a proxy that ends TLS, and read only what that proxy alone can write.
   */
  readonly certificateSha256?: ((request: NodeRequest) => string | undefined) | undefined;
}

/** Reads what decides on a request. */
export function readNodeRequest(
  request: NodeRequest,
  { certificateSha256 = connectionCertificate }: NodeGuardOptions,
): Omit<AccessRequest, "requiredScopes"> {
  return {
    authorization: authorizationOf(request),
    url: request.url,
    certificateSha256: () => certificateSha256(request),
  };
}

/** Of several headers Node shows the first one only: that must not hide that there are more. */
function authorizationOf({ headers, rawHeaders }: NodeRequest): string | readonly string[] | undefined {
  const sent = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "authorization");
  return sent.length > 1 ? sent : headers.authorization;
}

function connectionCertificate({ socket }: NodeRequest): string | undefined {
  return socket instanceof TLSSocket ? certificateThumbprint(socket.getPeerCertificate()?.raw) : undefined;
}

/** `x5t#S256` of a certificate in DER form (RFC 8705 §3.1). Undefined: there is none. */
export function certificateThumbprint(der: Uint8Array | undefined): string | undefined {
  return der === undefined ? undefined : hash("sha256", der, "base64url");
}
