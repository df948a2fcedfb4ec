import type { Server as Http1Server } from "node:http";
import type { Http2Server } from "node:http2";
import { createServer, type Server, type Socket } from "node:net";

/** How long a connection may stay silent before its first byte, in milliseconds. */
const FIRST_BYTE_TIMEOUT_MS = 10_000;
/** How an HTTP/2 connection with prior knowledge begins (RFC 9113 §3.4): `PRI * HTTP/2.0`. No HTTP/1 method does. */
const HTTP2_PREFACE = "PRI ";

/** One plaintext port for both HTTP versions: each connection goes to the server whose version it begins with. */
export function createProtocolSwitch(http1: Http1Server, http2: Http2Server): Server {
  return createServer((socket) => {
    socket.setTimeout(FIRST_BYTE_TIMEOUT_MS, () => socket.destroy());
    // A connection that breaks before its first byte is nobody's error.
    const onError = () => socket.destroy();
    socket.on("error", onError);
    socket.once("readable", () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.setTimeout(0);
      socket.off("error", onError);
      socket.unshift(first);
      handOver(socket, isHttp2(first) ? http2 : http1);
    });
  });
}

function isHttp2(first: Buffer): boolean {
  return first.subarray(0, HTTP2_PREFACE.length).toString("latin1") === HTTP2_PREFACE;
}

function handOver(socket: Socket, server: Http1Server | Http2Server): void {
  server.emit("connection", socket);
}
