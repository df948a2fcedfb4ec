/**
 * What web pages of other origins may call (CORS, in the Fetch standard): without credentials of the browser, callers show a
 * token. An origin that may not gets the same answers without the headers, and its browser keeps them from it.
 */
import { cors } from "@connectrpc/connect";
import { type HttpRoute, type HttpRoutes, mapRoutes, type RoutedAnswer, type RoutedRequest } from "./http-route.ts";

const ANY = "*";

/** Of paths that speak plain HTTP, those below these are for other origins too. */
const OAUTH_BELOW = ["/oauth2/", "/.well-known/"];

/** Beside what the protocols send: tokens, what is in a cache already, and who is traced (W3C Trace Context). */
const ALLOWED_HEADERS = [...cors.allowedHeaders, "Authorization", "If-None-Match", "traceparent", "tracestate"];

const EXPOSED_HEADERS = [...cors.exposedHeaders, "x-request-id", "WWW-Authenticate", "Retry-After", "ETag"];

/** How long a browser need not ask again, in seconds: the most that Chromium takes. */
const MAX_AGE_SECONDS = 7_200;

/** Opens these routes to pages of other origins; `*`: of every one, none: they stay as they are. */
export function openToOrigins(routes: HttpRoutes, origins: readonly string[]): HttpRoutes {
  return mapRoutes(routes, (route) => withOrigins(route, origins));
}

/** The same for those of several routes that are OAuth's. */
export function openOAuthToOrigins(routes: HttpRoutes, origins: readonly string[]): HttpRoutes {
  return mapRoutes(routes, (route, path) =>
    OAUTH_BELOW.some((prefix) => path.startsWith(prefix)) ? withOrigins(route, origins) : route,
  );
}

function withOrigins(route: HttpRoute, origins: readonly string[]): HttpRoute {
  if (origins.length === 0) return route;
  return async (request, source) => {
    const shared = sharedHeaders(request.header.get("origin"), origins);
    const mayCall = "access-control-allow-origin" in shared;
    if (isPreflight(request)) return withHeaders({ status: 204 }, { ...shared, ...(mayCall && PREFLIGHT_HEADERS) });
    return withHeaders(await route(request, source), { ...shared, ...(mayCall && ACTUAL_HEADERS) });
  };
}

const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "access-control-allow-methods": cors.allowedMethods.join(", "),
  "access-control-allow-headers": ALLOWED_HEADERS.join(", "),
  "access-control-max-age": String(MAX_AGE_SECONDS),
};

const ACTUAL_HEADERS: Readonly<Record<string, string>> = {
  "access-control-expose-headers": EXPOSED_HEADERS.join(", "),
};

function sharedHeaders(origin: string | null, origins: readonly string[]): Record<string, string> {
  if (origins.includes(ANY)) return { "access-control-allow-origin": ANY };
  // Caches must not give one origin's answer to another, nor what an origin got that may not to one that may.
  const vary = { vary: "Origin" };
  return origin !== null && origins.includes(origin) ? { ...vary, "access-control-allow-origin": origin } : vary;
}

function isPreflight({ method, header }: RoutedRequest): boolean {
  return method === "OPTIONS" && header.has("origin") && header.has("access-control-request-method");
}

function withHeaders(answer: RoutedAnswer, more: Readonly<Record<string, string>>): RoutedAnswer {
  // The library has answers that it gives more than once.
  const header = new Headers(answer.header);
  // What anybody may read says so itself.
  if (header.has("access-control-allow-origin")) return answer;
  for (const [name, value] of Object.entries(more)) header.append(name, value);
  return { ...answer, header };
}
