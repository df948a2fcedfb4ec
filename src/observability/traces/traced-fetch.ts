import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from "@opentelemetry/semantic-conventions";
import type { Fetch } from "@scope-registry/client/tokens";
import type { SpanMaker } from "./span-maker.ts";

/**
 * A `fetch` that makes a span for each request that a traced call waits for. Issuers are told nothing of the trace: they are others', and
 * its identifier would join what they see with what we do.
 */
export function tracedFetch(fetch: Fetch, spans: SpanMaker): Fetch {
  return async (url, init) => {
    const parent = spans.underWay;
    if (parent === undefined) return fetch(url, init);
    const { method = "GET" } = init;
    const { origin, pathname, hostname, port, protocol } = new URL(url);
    const attributes = {
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_SERVER_ADDRESS]: hostname,
      [ATTR_SERVER_PORT]: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
      // Without the query, which could hold a secret.
      [ATTR_URL_FULL]: origin + pathname,
    };
    const span = spans.beginWithin(parent, method, { kind: SpanKind.CLIENT, attributes });
    try {
      const response = await fetch(url, init);
      span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, response.status);
      if (response.status >= 400) {
        span.setAttribute(ATTR_ERROR_TYPE, String(response.status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      return response;
    } catch (error) {
      span.setAttribute(ATTR_ERROR_TYPE, error instanceof Error ? error.name : typeof error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  };
}
