import type { Server as Http1Server } from "node:http";
import type { Http2Server } from "node:http2";
import { createServer, type Server } from "node:net";

/** How an HTTP/2 connection with prior knowledge begins (RFC 9113 §3.4): `PRI * HTTP/2.0`. No HTTP/1 method does. */
const HTTP2_PREFACE = Buffer.from("PRI ");

/**
 * One plaintext port for both HTTP versions: each connection goes to the server whose version it begins with.
 *
 * @param firstByteMs how long a connection may stay silent before it is known which, in milliseconds
 */
export function createProtocolSwitch(http1: Http1Server, http2: Http2Server, firstByteMs: number): Server {
  const server = createServer((socket) => {
    const drop = () => socket.destroy();
    socket.setTimeout(firstByteMs, drop);
    // A connection that breaks before its first byte is nobody's error.
    socket.on("error", drop);
    let first = Buffer.alloc(0);
    const onReadable = () => {
      const more: Buffer | null = socket.read();
      if (more === null) return;
      first = Buffer.concat([first, more]);
      // A preface may come byte by byte.
      if (first.length < HTTP2_PREFACE.length && HTTP2_PREFACE.subarray(0, first.length).equals(first)) return;
      socket.off("readable", onReadable);
      socket.setTimeout(0, drop);
      socket.off("error", drop);
      socket.unshift(first);
      (isHttp2(first) ? http2 : http1).emit("connection", socket);
    };
    socket.on("readable", onReadable);
  });
  // Node looks for slow headers and bodies only in a server that has begun to listen, until it is closed.
  server.once("listening", () => http1.emit("listening"));
  server.once("close", () => http1.close());
  return server;
}

function isHttp2(first: Buffer): boolean {
  return first.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE);
}
