import { constants, Http2ServerRequest, type ServerHttp2Session } from "node:http2";
import { READ_TIMEOUT_MS } from "../slow-reader.ts";
import type { HttpListener } from "./http-listener.ts";

/** How long clients may leave the HTTP port waiting, in milliseconds. */
export interface ConnectionLimits {
  /** From connecting to the first byte, and to the end of the TLS handshake. */
  readonly firstByteMs: number;
  /** Until the headers of an HTTP/1 request have arrived. */
  readonly headersMs: number;
  /** Until a request has arrived whole. */
  readonly requestMs: number;
  /** An HTTP/1 connection between two requests. */
  readonly keepAliveMs: number;
  /** An HTTP/2 connection without a request. */
  readonly idleMs: number;
  /** One message of a stream, until its reader has taken it. */
  readonly readMs: number;
  /** How often Node looks for slow HTTP/1 requests: they may take so much longer. */
  readonly checkMs: number;
}

/** The limits where nothing else is said. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  firstByteMs: 10_000,
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 60_000,
  idleMs: 15 * 60_000,
  readMs: READ_TIMEOUT_MS,
  checkMs: 5_000,
};

/** Closes an HTTP/2 connection that carries no request for so long. Pings are no requests. */
export function closeWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  let streams = 0;
  const timer = setTimeout(() => {
    if (streams === 0) session.destroy();
  }, idleMs).unref();
  session.on("stream", (stream) => {
    streams += 1;
    stream.once("close", () => {
      streams -= 1;
      if (streams === 0) timer.refresh();
    });
  });
  session.once("close", () => clearTimeout(timer));
}

/** Resets an HTTP/2 request that does not arrive whole in time, which Node does for HTTP/1 alone. */
export function withRequestTimeout(listener: HttpListener, requestMs: number): HttpListener {
  return (request, response) => {
    if (request instanceof Http2ServerRequest && !request.stream.endAfterHeaders) {
      const { stream } = request;
      const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), requestMs).unref();
      stream.once("end", () => clearTimeout(timer));
      stream.once("close", () => clearTimeout(timer));
    }
    listener(request, response);
  };
}
