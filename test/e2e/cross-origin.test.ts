import { ScopeRegistry } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../../src/observability/logger.ts";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { startHttpServer } from "../../src/transport/http/http-server.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";
import { callHttp1, callHttp2, grpcFrame, type RawAnswer, type RawRequest } from "../support/raw-calls.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const LIST = "/scoperegistry.v1.ScopeRegistry/ListScopes";
const WATCH = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
const PATHS = [
  ...[LIST, WATCH, "/scoperegistry.v1.RegistryAdmin/ListChanges", `/catalogue${LIST}`],
  ...["/oauth2/scopes", "/.well-known/oauth-protected-resource/https://api.example.com/"],
];
const APP = "https://app.example.com";
const OTHER = "http://localhost:3000";

let named: TestServer;
let any: TestServer;
let closed: TestServer;
beforeAll(async () => {
  named = await startTestServer({ settings: { CORS_ORIGINS: `${APP}, ${OTHER}`, CATALOGUE: "open" } });
  any = await startTestServer({ settings: { CORS_ORIGINS: "*", CATALOGUE: "open" } });
  closed = await startTestServer({ settings: { CATALOGUE: "open" } });
});
afterAll(async () => {
  for (const server of [named, any, closed]) await server.stop();
});

const WAYS = [
  ["HTTP/1.1", callHttp1],
  ["HTTP/2", callHttp2],
] as const;

describe.each(WAYS)("a page of another origin, over %s", (_name, call) => {
  const preflight = (server: TestServer, path: string, origin: string) =>
    call(server.httpUrl, path, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,connect-protocol-version,content-type",
      },
    });

  it.each(PATHS)("may call %s if it is named", async (path) => {
    for (const origin of [APP, OTHER]) {
      const { http, body, headers } = await preflight(named, path, origin);
      expect({ http, length: body.length }).toEqual({ http: 204, length: 0 });
      expect(headers).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST, GET",
        "access-control-max-age": "7200",
        vary: "Origin",
      });
      const allowed = listed(headers, "access-control-allow-headers");
      expect(allowed).toEqual(
        expect.arrayContaining([
          ...["authorization", "content-type", "connect-protocol-version", "connect-timeout-ms"],
          ...["x-grpc-web", "x-user-agent", "grpc-timeout", "if-none-match", "traceparent"],
        ]),
      );
    }
  });

  it("sees of an answer what the protocols put into headers", async () => {
    const authorization = `Bearer ${await named.tokenFor({ client: "page", scopes: ["read"] })}`;
    const requests: [string, RawRequest][] = [
      [LIST, { headers: { authorization, "content-type": "application/json" }, body: "{}" }],
      [LIST, { headers: { "content-type": "application/json" }, body: "{}" }],
      [LIST, { headers: { "content-type": "application/json" }, body: "{" }],
      [LIST, { headers: { "content-type": "text/plain" }, body: "{}" }],
      [LIST, { headers: {}, method: "PUT", body: "{}" }],
      [WATCH, { headers: { "content-type": "application/grpc-web+proto" }, body: grpcFrame(Buffer.alloc(0)) }],
    ];
    for (const [path, { headers, ...request }] of requests) {
      const answer = await call(named.httpUrl, path, { ...request, headers: { ...headers, origin: APP } });
      expect(answer.headers).toMatchObject({ "access-control-allow-origin": APP });
      expect(listed(answer.headers, "vary")).toContain("origin");
      expect(listed(answer.headers, "access-control-expose-headers")).toEqual(
        expect.arrayContaining([
          ...["grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id"],
          ...["www-authenticate", "etag", "retry-after"],
        ]),
      );
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    }
  });

  it.each([
    "https://elsewhere.example.com",
    "https://app.example.com.evil.example",
    "https://app.example.com:8443",
    "http://app.example.com",
    "HTTPS://APP.EXAMPLE.COM",
    "null",
    "*",
  ])("gets no such headers as %s", async (origin) => {
    for (const path of PATHS) {
      const answers = [
        await preflight(named, path, origin),
        await call(named.httpUrl, path, { headers: { origin, "content-type": "application/json" }, body: "{}" }),
      ];
      for (const { headers } of answers) {
        expect(accessControl(headers)).toEqual([]);
        expect(listed(headers, "vary")).toContain("origin");
      }
    }
  });

  it("may call whoever it is where every origin may, and nowhere by cookies", async () => {
    const { http, headers } = await preflight(any, LIST, "https://elsewhere.example.com");
    expect({ http, origin: headers["access-control-allow-origin"] }).toEqual({ http: 204, origin: "*" });
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
  });

  it("may call nothing where no origin is set", async () => {
    const { http, headers } = await preflight(closed, LIST, APP);
    expect({ http, headers: accessControl(headers) }).toEqual({ http: 405, headers: [] });
    const answer = await call(closed.httpUrl, LIST, {
      headers: { origin: APP, "content-type": "application/json" },
      body: "{}",
    });
    expect(accessControl(answer.headers)).toEqual([]);
  });

  it.each(["/", "/catalogue.json", "/assets/x.js", "/healthz", "/readyz"])("may not read %s", async (path) => {
    expect(accessControl((await preflight(any, path, APP)).headers)).toEqual([]);
    const answer = await call(any.httpUrl, path, { method: "GET", headers: { origin: APP } });
    expect(accessControl(answer.headers)).toEqual([]);
  });

  it("asks before it calls only by what is a preflight", async () => {
    const { http } = await call(named.httpUrl, LIST, { method: "OPTIONS", headers: { origin: APP } });
    expect(http).toBe(405);
  });
});

it("a preflight is answered before anything is known of a call", async () => {
  const { port, close } = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    services: [ScopeRegistry],
    // Whatever is asked of it fails.
    pipeline: {} as CallPipeline,
    budget: new ArrivalBudget(),
    unread: new UnreadBudget(),
    corsOrigins: [APP],
    tls: undefined,
    status: () => ({ ready: true, reason: "", revision: 1, asOf: 0, writes: true }),
    logger: createLogger("silent"),
  });
  const headers = { origin: APP, "access-control-request-method": "POST" };
  const { http } = await callHttp1(`http://127.0.0.1:${port}`, LIST, { method: "OPTIONS", headers });
  expect(http).toBe(204);
  await close(0);
});

function accessControl(headers: RawAnswer["headers"]): string[] {
  return Object.keys(headers).filter((name) => name.startsWith("access-control-"));
}

function listed(headers: RawAnswer["headers"], name: string): string[] {
  return String(headers[name] ?? "")
    .toLowerCase()
    .split(/,\s*/);
}
