import { constants, type ServerHttp2Stream } from "node:http2";
import type { ServerInterceptingCallInterface } from "@grpc/grpc-js";

/**
 * The HTTP/2 stream of a call. grpc-js has no public way to reset one, so this is the one place that looks inside: it is
 * what the first interceptor of a server is given.
 */
export function streamOf(call: ServerInterceptingCallInterface): ServerHttp2Stream {
  const { stream } = call as unknown as { readonly stream?: ServerHttp2Stream };
  if (stream === undefined)
    throw new Error("grpc-js keeps the stream of a call elsewhere: adapt this file to its version");
  return stream;
}

/**
 * Resets a stream whose answer is complete before its request is (RFC 9113 §8.1). It would otherwise stand, with what has
 * arrived of the request, for as long as the connection does.
 */
export function resetAnswered(stream: ServerHttp2Stream): void {
  // An answer that has begun ends with trailers, which leave once all before them has.
  const isWhole = stream.sentHeaders?.["grpc-status"] !== undefined || stream.sentTrailers !== undefined;
  if (stream.headersSent && !isWhole) stream.once("wantTrailers", () => reset(stream));
  else reset(stream);
}

function reset(stream: ServerHttp2Stream): void {
  // The answer leaves in this turn of the event loop, before what is done in the next one.
  setImmediate(() => {
    if (stream.destroyed || stream.readableEnded) return;
    stream.close(constants.NGHTTP2_NO_ERROR);
    stream.destroy();
  });
}

/** Cuts a stream whose reader takes nothing, so that an answer would not reach it: it sees RESOURCE_EXHAUSTED. */
export function cutStalled(stream: ServerHttp2Stream): void {
  stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
