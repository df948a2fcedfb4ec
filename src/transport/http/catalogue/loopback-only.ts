import { isLoopbackHost } from "@scope-registry/client/tokens";
import type { HttpRoute } from "../http-route.ts";
import { jsonResponse } from "../json-refusal.ts";

/**
 * A route for who names this machine as the host. A site elsewhere can let its own name lead to the loopback and so call the
 * registry from a browser on this machine, as its own origin (DNS rebinding): the name gives it away.
 */
export function loopbackOnly(route: HttpRoute): HttpRoute {
  return async (request, source) => {
    if (isLoopbackHost(new URL(request.url).hostname)) return route(request, source);
    // RFC 9110 §15.5.20
    return jsonResponse(421, {
      error: "misdirected_request",
      error_description: "In dev mode the catalogue is at this machine's own address: call it localhost or 127.0.0.1",
    });
  };
}
