import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { Logger } from "pino";
import type { ConnectRoutes } from "./connect-routes.ts";
import { answerProbe, type JsonAnswer, type ServerStatus } from "./probes.ts";

/** What answers a request of either HTTP version. */
export type HttpListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** What the paths of the HTTP port lead to. */
export interface HttpListenerParts {
  readonly routes: ConnectRoutes;
  readonly status: () => ServerStatus;
  readonly logger: Logger;
}

/** Makes the listener: calls to their routes, all else to the probes. */
export function httpListener({ routes, status, logger }: HttpListenerParts): HttpListener {
  return (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    const route = routes.get(path);
    if (route === undefined) {
      sendJson(response, request.method ?? "", answerProbe(path, status));
      return;
    }
    if (request instanceof Http2ServerRequest) resetWhenAnswered(request);
    route(universalRequestFromNodeRequest(request, response, undefined, undefined), request)
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch((error: unknown) => {
        // A client that left in the middle of its request is no fault.
        if (ConnectError.from(error).code === Code.Aborted) return;
        logger.error({ err: error, path }, "Request failed by a fault");
        response.destroy();
      });
  };
}

/**
 * Resets a stream whose answer is complete before its request is (RFC 9113 §8.1): a message that is too large is not read to
 * its end, and would otherwise stand in the stream, and in the client, for as long as the connection does.
 */
function resetWhenAnswered({ stream }: Http2ServerRequest): void {
  stream.once("wantTrailers", () => {
    // The trailers leave in this turn of the event loop, before what is done in the next one.
    setImmediate(() => {
      if (stream.readableEnded) return;
      stream.close(constants.NGHTTP2_NO_ERROR);
      // What has arrived and is read by nobody would keep a closed stream from ending.
      stream.destroy();
    });
  });
}

function sendJson(response: ServerResponse | Http2ServerResponse, method: string, { status, body }: JsonAnswer): void {
  const readable = method === "GET" || method === "HEAD" || status === 404;
  const text = JSON.stringify(readable ? body : { error: "method_not_allowed", message: "Use GET" });
  response.statusCode = readable ? status : 405;
  if (!readable) response.setHeader("allow", "GET, HEAD");
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  response.end(method === "HEAD" ? "" : text);
}
