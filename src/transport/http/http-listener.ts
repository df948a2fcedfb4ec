import type { ServerResponse } from "node:http";
import { constants, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { Logger } from "pino";
import { STRANGERS, type UnreadBudget } from "../unread-budget.ts";
import { isConnectionLost } from "./connection-lost.ts";
import { countAnswer } from "./counted-answer.ts";
import type { HttpRequest } from "./http-call.ts";
import { findRoute, type HttpRoutes, type RoutedRequest } from "./http-route.ts";
import { answerProbe, type JsonAnswer, type ServerStatus } from "./probes.ts";

/** What answers a request of either HTTP version. */
export type HttpListener = (request: HttpRequest, response: HttpResponse) => void;

type HttpResponse = ServerResponse | Http2ServerResponse;

/** What the paths of the HTTP port lead to. */
export interface HttpListenerParts {
  readonly routes: HttpRoutes;
  readonly unread: UnreadBudget;
  readonly status: () => ServerStatus;
  readonly logger: Logger;
}

/** Makes the listener: calls to their routes, all else to the probes. */
export function httpListener({ routes, unread, status, logger }: HttpListenerParts): HttpListener {
  return (request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    const route = findRoute(routes, path);
    if (route === undefined) {
      sendJson(response, request.method ?? "", answerProbe(path, status));
      return;
    }
    const universal = universalRequest(request, response);
    if (universal === undefined) {
      sendJson(response, request.method ?? "", NO_HOST);
      return;
    }
    if (request instanceof Http2ServerRequest) resetWhenAnswered(request);
    else response.once("finish", () => request.resume());
    route(universal, request)
      .then((answer) => {
        countAnswer(request, response, unread, answer.owner ?? STRANGERS);
        return send(answer, response);
      })
      .catch((error: unknown) => {
        logger.error({ err: error, path }, "Request failed by a fault");
        if (response.headersSent) breakOff(response);
        else sendJson(response, request.method === "HEAD" ? "HEAD" : "GET", FAULT);
      });
  };
}

async function send(answer: UniversalServerResponse, response: HttpResponse): Promise<void> {
  try {
    await universalResponseToNodeResponse(answer, response);
  } catch (error) {
    // A client that has left in the middle is no fault.
    if (!isConnectionLost(error)) throw error;
  }
}

const NO_HOST: JsonAnswer = {
  status: 400,
  body: { error: "bad_request", error_description: "The request names no host: send its name in the host header" },
};

const FAULT: JsonAnswer = {
  status: 500,
  body: { error: "internal", error_description: "The server has failed to answer: its log says why" },
};

/** Ends an answer in the middle, so that nobody takes it for whole: without a code, Node would end a stream in order. */
function breakOff(response: HttpResponse): void {
  if (response instanceof Http2ServerResponse) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

/** The request as the library takes it; undefined: it names no host, of which the library makes the URL, and throws. */
function universalRequest(request: HttpRequest, response: HttpResponse): RoutedRequest | undefined {
  try {
    const universal = universalRequestFromNodeRequest(request, response, undefined, undefined);
    return { ...universal, body: bodyOf(request) };
  } catch {
    return undefined;
  }
}

/**
 * The bytes of a request. Who stops reading in the middle leaves it as it is. Otherwise it would seem to be closed, and with it whoever
 * waits for the answer to have left; and on HTTP/1 Node would read nothing more from the connection, also once it is answered and
 * the rest is passed over.
 */
function bodyOf(request: HttpRequest): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
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

function sendJson(response: HttpResponse, method: string, { status, body }: JsonAnswer): void {
  const readable = method === "GET" || method === "HEAD" || (status >= 400 && status < 500);
  const text = JSON.stringify(readable ? body : { error: "method_not_allowed", error_description: "Use GET" });
  response.statusCode = readable ? status : 405;
  if (!readable) response.setHeader("allow", "GET, HEAD");
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  response.end(method === "HEAD" ? "" : text);
}
