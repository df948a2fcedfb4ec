import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { TLSSocket } from "node:tls";
import type { DescMethod } from "@bufbuild/protobuf";
import type { Peer } from "../../auth/caller.ts";
import type { Call } from "../call.ts";
import { fullName } from "../handlers.ts";

/** A request of either HTTP version. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** What a protocol tells of a call. */
export interface CallOfProtocol extends Pick<Call, "protocol" | "signal"> {
  readonly method: DescMethod;
  /** How long its caller waits for the answer; undefined: it did not say. */
  readonly timeoutMs: number | undefined;
}

/** A call as it came by the HTTP port. */
export function httpCall(request: HttpRequest, { method, protocol, timeoutMs, signal }: CallOfProtocol): Call {
  return {
    method: fullName(method),
    requestId: randomUUID(),
    protocol,
    authorization: authorizationOf(request),
    peerAddress: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
    peer: peerOf(request),
    startedAt: performance.now(),
    expiresAt: timeoutMs === undefined ? undefined : Date.now() + timeoutMs,
    signal,
    traceparent: headerOf(request, "traceparent"),
    tracestate: headerOf(request, "tracestate"),
    span: undefined,
  };
}

function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/** The `authorization` header. Of several, Node shows the first one only: two tokens are no token, as on the gRPC port. */
export function authorizationOf({ rawHeaders }: HttpRequest): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "authorization");
  return values.length === 1 ? values[0] : undefined;
}

/** Who is at the other end of the connection. */
export function peerOf({ socket }: HttpRequest): Peer {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return {};
  const { fingerprint256 } = socket.getPeerCertificate();
  return { certificateSha256: Buffer.from(fingerprint256.replaceAll(":", ""), "hex").toString("base64url") };
}
