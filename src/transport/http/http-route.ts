import type { UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { HttpRequest } from "./http-call.ts";

/** What a route answers. */
export interface RoutedAnswer extends UniversalServerResponse {
  /** Who reads it; strangers, if this is not given. */
  readonly owner?: string | undefined;
}

/** A request as the library takes it, its body as it comes. */
export interface RoutedRequest extends UniversalServerRequest {
  readonly body: AsyncIterable<Uint8Array>;
}

/** What answers at a path that is called. `source` is the request as Node has it. */
export type HttpRoute = (request: RoutedRequest, source: HttpRequest) => Promise<RoutedAnswer>;

/** What the paths of the HTTP port lead to. */
export interface HttpRoutes {
  /** By the whole path, as it is sent. */
  readonly exact: ReadonlyMap<string, HttpRoute>;
  /** By what the path begins with, which ends with a slash: for all that is below it, and not exact. */
  readonly below?: ReadonlyMap<string, HttpRoute>;
}

/** Several tables as one. A path that is in two is a mistake. */
export function joinRoutes(...tables: readonly HttpRoutes[]): HttpRoutes {
  return {
    exact: joined(tables.map(({ exact }) => exact)),
    below: joined(tables.map(({ below = new Map() }) => below)),
  };
}

function joined(maps: readonly ReadonlyMap<string, HttpRoute>[]): Map<string, HttpRoute> {
  const all = new Map<string, HttpRoute>();
  for (const [path, route] of maps.flatMap((map) => [...map])) {
    if (all.has(path)) throw new Error(`Two routes have the path ${path}`);
    all.set(path, route);
  }
  return all;
}

/** The same table with each route made into another. */
export function mapRoutes(
  { exact, below = new Map() }: HttpRoutes,
  map: (route: HttpRoute, path: string) => HttpRoute,
): HttpRoutes {
  const mapped = (table: ReadonlyMap<string, HttpRoute>) =>
    new Map([...table].map(([path, route]) => [path, map(route, path)]));
  return { exact: mapped(exact), below: mapped(below) };
}

/** The route of a path; of those that it is below, the longest. */
export function findRoute({ exact, below = new Map() }: HttpRoutes, path: string): HttpRoute | undefined {
  const route = exact.get(path);
  if (route !== undefined) return route;
  // Not from slash to slash: a path of nothing but slashes would take half a second.
  let longest = "";
  for (const start of below.keys()) if (start.length > longest.length && path.startsWith(start)) longest = start;
  return below.get(longest);
}
