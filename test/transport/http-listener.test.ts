/** What the HTTP port answers where a route fails by a fault of ours. */
import { once } from "node:events";
import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { httpListener } from "../../src/transport/http/http-listener.ts";
import type { HttpRoute } from "../../src/transport/http/http-route.ts";
import type { ServerStatus } from "../../src/transport/http/probes.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";
import { callHttp1, callHttp2 } from "../support/raw-calls.ts";

async function* broken() {
  yield Buffer.from("begun");
  throw new Error("No more can be made");
}

const routes: Readonly<Record<string, HttpRoute>> = {
  "/fails": () => Promise.reject(new Error("What makes it cannot be loaded")),
  "/breaks": async () => ({ status: 200, body: broken() }),
};
const listener = httpListener({
  routes: { exact: new Map(Object.entries(routes)) },
  unread: new UnreadBudget(),
  status: () => ({}) as ServerStatus,
  logger: pino({ level: "silent" }),
});

describe.each([
  ["HTTP/1.1", callHttp1, () => createHttp1Server(listener)],
  ["HTTP/2", callHttp2, () => createHttp2Server(listener)],
])("a fault, by %s", (_name, call, createServer) => {
  async function callOnce(path: string, method: string) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      return await call(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, path, { method });
    } finally {
      server.close();
    }
  }

  it.each(["GET", "POST"])("is answered as one to %s, and says nothing of itself", async (method) => {
    const { http, body } = await callOnce("/fails", method);
    const text = body.toString();
    expect(http).toBe(500);
    expect(JSON.parse(text)).toEqual({ error: "internal", error_description: expect.stringContaining("its log") });
    expect(text).not.toContain("loaded");
  });

  it("ends an answer that has begun so that nobody takes it for whole", async () => {
    expect((await callOnce("/breaks", "GET")).broken).not.toBe("");
  });
});
