import type { UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { HttpRequest } from "./http-call.ts";

/** A request as the library takes it, its body as it comes. */
export interface RoutedRequest extends UniversalServerRequest {
  readonly body: AsyncIterable<Uint8Array>;
}

/** What answers at a path that is called. `source` is the request as Node has it. */
export type HttpRoute = (request: RoutedRequest, source: HttpRequest) => Promise<UniversalServerResponse>;

/** Routes, by path. */
export type HttpRoutes = ReadonlyMap<string, HttpRoute>;
