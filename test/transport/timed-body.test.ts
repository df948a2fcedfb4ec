import { once } from "node:events";
import { createServer as createHttp1Server, get } from "node:http";
import { connect, createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import pino from "pino";
import { expect, it } from "vitest";
import { httpListener } from "../../src/transport/http/http-listener.ts";
import { timedBody } from "../../src/transport/http/oauth/timed-body.ts";
import type { ServerStatus } from "../../src/transport/http/probes.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";

/** More than sockets and the flow control of HTTP/2 hold. */
const LARGE = Buffer.alloc(32 * 1024 * 1024, "x");
const status = (): ServerStatus => ({ ready: true, reason: "", revision: 0, asOf: 0, writes: true });

/** A server whose one path answers a large body, which is to be read in so many milliseconds. */
function listener(ms: number) {
  const route = async (_request: unknown, source: Parameters<typeof timedBody>[1]) => ({
    status: 200,
    body: timedBody(LARGE, source, ms),
  });
  const routes = { exact: new Map([["/", route]]) };
  return httpListener({ routes, unread: new UnreadBudget(), status, logger: pino({ level: "silent" }) });
}

it("reaches who reads it, whole", async () => {
  const server = createHttp1Server(listener(60_000)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const answered = once(get({ port: (server.address() as AddressInfo).port, agent: false }), "response");
  const [response] = await answered;
  expect((await buffer(response)).equals(LARGE)).toBe(true);
  server.close();
});

it("is cut by HTTP/1 where its reader takes nothing", async () => {
  const server = createHttp1Server(listener(200)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const connected = once(server, "connection");
  const [response] = await once(get({ port: (server.address() as AddressInfo).port, agent: false }), "response");
  response.pause();
  // The reader itself hears of it when it reads on.
  const [socket] = await connected;
  if (!socket.closed) await once(socket, "close");
  await expect(buffer(response)).rejects.toThrow("aborted");
  server.close();
});

it("is cut by HTTP/2 where its reader takes nothing, and the connection goes on", async () => {
  const server = createHttp2Server(listener(200)).listen(0, "127.0.0.1");
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session) => sessions.push(session));
  await once(server, "listening");
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stream = client.request({ ":path": "/" });
  stream.pause();
  await once(stream, "close").catch(() => undefined);
  expect(stream.rstCode).toBe(11);
  expect(client.closed).toBe(false);
  client.destroy();
  for (const session of sessions) session.destroy();
  server.close();
});
