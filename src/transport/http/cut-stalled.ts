import { constants, Http2ServerRequest } from "node:http2";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { HttpRequest } from "./http-call.ts";

const cut = new WeakMap<HttpRequest, RegistryError>();

/**
 * Cuts the answer to a reader that takes nothing: on HTTP/2 alone the stream, which it sees as RESOURCE_EXHAUSTED.
 *
 * @param why for the log: the reader would not take it
 */
export function cutStalled(request: HttpRequest, why: RegistryError): void {
  cut.set(request, why);
  if (request instanceof Http2ServerRequest) request.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  else request.socket.destroy();
}

/** Why a request was cut; undefined: it was not. */
export function whyCut(request: HttpRequest): RegistryError | undefined {
  return cut.get(request);
}
