import { constants, Http2ServerRequest } from "node:http2";
import type { HttpRequest } from "./http-call.ts";

/** Cuts the answer to a reader that takes nothing: on HTTP/2 alone the stream, which it sees as RESOURCE_EXHAUSTED. */
export function cutStalled(request: HttpRequest): void {
  if (request instanceof Http2ServerRequest) request.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  else request.socket.destroy();
}
