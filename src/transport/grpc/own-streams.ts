import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";

/** Takes the stream of a call, or leaves it to grpc-js. */
export type StreamTaker = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;

/** What grpc-js does with streams, which it keeps to itself. */
interface ServerInside {
  _streamHandler(interceptors: unknown, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
  onStreamOpened(stream: ServerHttp2Stream): void;
}

/**
 * Hands the streams of calls to somebody else first. grpc-js keeps the connections (TLS, keepalive, limits, going away) and
 * serves what is left to it; to be called before it listens. It has no public way to do so.
 */
export function takeStreams(server: Server, take: StreamTaker): void {
  const inside = server as unknown as ServerInside;
  const handle = inside._streamHandler;
  if (typeof handle !== "function" || typeof inside.onStreamOpened !== "function") {
    throw new Error("grpc-js handles streams in another way: adapt this file to its version");
  }
  inside._streamHandler = (interceptors, stream, headers) => {
    if (!take(stream, headers)) handle.call(server, interceptors, stream, headers);
    // A connection with a call does not count as idle.
    else if (!stream.destroyed) inside.onStreamOpened(stream);
  };
}
