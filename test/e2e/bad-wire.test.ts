/** Bytes, headers and paths that no client library sends. */
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { RegisterScopesRequestSchema, RegistrationMode } from "@scope-registry/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callHttp1, callHttp2, grpcFrame, type RawAnswer } from "../support/raw-calls.ts";
import { expectReadable } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer } from "../support/test-server.ts";

const SERVICE = "/scoperegistry.v1.ScopeRegistry";
const VALIDATE = `${SERVICE}/ValidateScopes`;
const EMPTY = grpcFrame(Buffer.alloc(0));
const MALFORMED = { code: "INVALID_ARGUMENT", reason: "MALFORMED_MESSAGE" };

let server: TestServer;
let watcher: Clients["registry"];
let authorization: string;
let before: unknown;
beforeAll(async () => {
  server = await startTestServer();
  authorization = `Bearer ${await server.tokenFor({ scopes: ["register", "read", "validate", "introspect"] })}`;
  watcher = (await server.as({ client: "observer", scopes: ["read"] })).registry;
  before = await watcher.listScopes({});
});
afterAll(() => server.stop());
afterEach(async () => {
  expect(await watcher.listScopes({})).toEqual(before);
});

/** Whatever else an answer is, it shows nothing of the inside. */
function expectClean({ message, body }: RawAnswer): void {
  if (message !== "") expectReadable(message);
  expect(body.toString()).not.toMatch(/node_modules|\.[jt]s:\d+|\bat \w+ \(/);
}

describe.each([
  ["the gRPC port", () => `http://${server.grpcAddress}`],
  ["gRPC on the HTTP port", () => server.httpUrl],
] as const)("%s", (_port, origin) => {
  const call = (body: Uint8Array, headers: Record<string, string> = {}, path = VALIDATE) =>
    callHttp2(origin(), path, { headers: { authorization, ...headers }, body });

  it.each([
    ["a field that ends too early", "0a5041"],
    ["a tag that ends too early", "ff"],
    ["a tag of field 0", "0001"],
    ["a wrong wire type", "0f"],
    ["bytes that are no UTF-8", "0a02c328"],
    ["random bytes", "ffffffffff07ffdeadbeef"],
    ["JSON", Buffer.from('{"scopes":["x"]}').toString("hex")],
    ["a length above the message", "0affffffff0f"],
  ])("refuses a message of %s", async (_what, hex) => {
    const answer = await call(grpcFrame(Buffer.from(hex, "hex")));
    expect(answer).toMatchObject(MALFORMED);
    expectClean(answer);
    expect(answer.message).toContain("scoperegistry.v1.ValidateScopesRequest");
  });

  it("reads no message of a caller that it does not know", async () => {
    const body = grpcFrame(Buffer.from("ff", "hex"));
    expect(await callHttp2(origin(), VALIDATE, { body })).toMatchObject({
      code: "UNAUTHENTICATED",
      reason: "TOKEN_MISSING",
    });
  });

  it.each<[string, Uint8Array, Record<string, string>, string[]]>([
    ["no message", Buffer.alloc(0), {}, ["UNIMPLEMENTED", "INVALID_ARGUMENT"]],
    ["half the head of a message", Buffer.alloc(3), {}, ["UNIMPLEMENTED", "INVALID_ARGUMENT"]],
    ["less than the head says", grpcFrame(Buffer.from([1]), 100), {}, ["UNIMPLEMENTED", "INVALID_ARGUMENT"]],
    ["two messages", Buffer.concat([EMPTY, EMPTY]), {}, ["UNIMPLEMENTED"]],
    ["a message that says it has 4 GiB", grpcFrame(Buffer.from([1]), 0xffffffff), {}, ["RESOURCE_EXHAUSTED"]],
    ["a message of 17 MiB", grpcFrame(Buffer.alloc(17 * 1024 * 1024)), {}, ["RESOURCE_EXHAUSTED"]],
    [
      "compressed bytes that are none",
      grpcFrame(Buffer.from([1]), 1, 1),
      { "grpc-encoding": "gzip" },
      ["INTERNAL", "INVALID_ARGUMENT"],
    ],
    ["an unknown compression", grpcFrame(Buffer.from([1]), 1, 1), { "grpc-encoding": "snappy" }, ["UNIMPLEMENTED"]],
    ["an unreadable timeout", EMPTY, { "grpc-timeout": "soon" }, ["INTERNAL", "INVALID_ARGUMENT"]],
  ])("refuses %s", async (_what, body, headers, codes) => {
    const answer = await call(body, headers);
    expect(codes).toContain(answer.code);
    expectClean(answer);
  });

  it.each([`${SERVICE}/Nope`, "/nope.v1.Nope/Nope", `${SERVICE}/validateScopes`, `${SERVICE}/`, "/", "//", "/..%2f"])(
    "knows no method at %s",
    async (path) => {
      const answer = await call(EMPTY, {}, path);
      // A gRPC client reads HTTP 404 as UNIMPLEMENTED.
      expect(answer.code === "UNIMPLEMENTED" || answer.http === 404).toBe(true);
      expectClean(answer);
    },
  );

  it("refuses a GET and another content type", async () => {
    const get = await callHttp2(origin(), VALIDATE, { method: "GET", headers: { authorization } });
    expect(get.code).not.toBe("OK");
    expect((await call(Buffer.from("x"), { "content-type": "text/plain" })).http).toBe(415);
  });

  it("refuses a token above its limit, and headers above theirs", async () => {
    const long = await call(EMPTY, { authorization: `Bearer ${"a".repeat(20_000)}` });
    expect(long).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
    for (const headers of [
      { authorization: `Bearer ${"a".repeat(200_000)}` },
      Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`x-header-${at}`, "x".repeat(30)])),
    ]) {
      const answer = await call(EMPTY, headers);
      expect(answer.code).not.toBe("OK");
      expect(answer.broken).not.toBe("unanswered");
    }
  });
});

describe("HTTP/1.1", () => {
  const call = (body: string | Uint8Array, headers: Record<string, string | string[]> = {}, path = VALIDATE) =>
    callHttp1(server.httpUrl, path, {
      headers: { authorization, "content-type": "application/json", ...headers },
      body,
    });

  it("challenges a caller without a valid token, or without the scope, as RFC 6750 says", async () => {
    const challenge = async (token: string) => {
      const { http, headers } = await call("{}", { authorization: token });
      return [http, headers["www-authenticate"]];
    };
    const realm = 'Bearer realm="scope-registry"';
    expect(await challenge("")).toEqual([401, realm]);
    expect(await challenge("Bearer nonsense")).toEqual([401, `${realm}, error="invalid_token"`]);
    const reader = `Bearer ${await server.tokenFor({ client: "reader", scopes: ["read"] })}`;
    const insufficient = `${realm}, error="insufficient_scope", scope="scope_registry.validate"`;
    expect(await challenge(reader)).toEqual([403, insufficient]);
  });

  it("names each call by one request id, on answers and on refusals", async () => {
    const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    for (const answer of [await call("{}"), await call("{"), await call("{}", { authorization: "" })]) {
      expect(answer.headers["x-request-id"]).toMatch(id);
    }
  });

  it.each([
    ["half an object", "{"],
    ["nothing", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a number for a list", '{"scopes":5}'],
    ["an object for a text", '{"scope":{}}'],
    ["a field that the message has not", '{"scoopes":["x"]}'],
    ["a field twice", '{"scope":"a","scope":"b"}'],
    ["a number above its range", '{"minRevision":"18446744073709551616"}'],
    ["deep nesting", "[".repeat(100_000)],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
  ])("refuses %s as JSON", async (_what, body) => {
    const answer = await call(body);
    expect(answer).toMatchObject({ http: 400, ...MALFORMED });
    expectClean(answer);
  });

  it.each([
    ["RegisterScopes", "RegistrationMode", '{"scopes":[{"name":"a:b","description":"x"}],"mode":"REPLACEE"}'],
    ["RegisterScopes", "validate_onyl", '{"scopes":[{"name":"a:b","description":"x"}],"validate_onyl":true}'],
    ["RegisterScopes", "restrictd", '{"scopes":[{"name":"a:b","description":"x","restrictd":true}]}'],
    ["ListScopes", "ScopeState", '{"states":["SCOPE_STATE_BOGUS"]}'],
    ["ValidateScopes", "ValidationMode", '{"mode":"VALIDATION_MODE_BOGUS"}'],
    ["ValidateScopes", "ValidationView", '{"view":"VALIDATION_VIEW_BOGUS"}'],
  ])("refuses, in place of passing over, what is misspelt in %s, and names %s: %s", async (method, field, body) => {
    const answer = await call(body, {}, `${SERVICE}/${method}`);
    expect(answer).toMatchObject(MALFORMED);
    expect(answer.message).toContain(field);
    expectClean(answer);
  });

  it("refuses a truncated binary message by Connect and by gRPC-Web", async () => {
    const bytes = Buffer.from("0a5041", "hex");
    expect(await call(bytes, { "content-type": "application/proto" })).toMatchObject(MALFORMED);
    const web = await call(grpcFrame(bytes), { "content-type": "application/grpc-web+proto" });
    expect(web.body.toString()).toMatch(/grpc-status: 3\r\n/);
    expect(web.body.toString()).toContain("grpc-status-details-bin");
  });

  it("refuses another content type, or none", async () => {
    expect((await call("{}", { "content-type": "text/plain" })).http).toBe(415);
    expect((await callHttp1(server.httpUrl, VALIDATE, { headers: { authorization }, body: "{}" })).http).toBe(415);
  });

  it.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])("refuses %s", async (method) => {
    const headers = { authorization, "content-type": "application/json" };
    const answer = await callHttp1(server.httpUrl, VALIDATE, { method, headers });
    expect(answer.http).toBeGreaterThanOrEqual(400);
    expectClean(answer);
  });

  it("answers by GET only methods without side effects, and never one that takes a token", async () => {
    const get = (method: string, message: string, encoding = "json") =>
      callHttp1(
        server.httpUrl,
        `${SERVICE}/${method}?connect=v1&encoding=${encoding}&message=${encodeURIComponent(message)}`,
        { method: "GET", headers: { authorization } },
      );
    expect((await get("ValidateScopes", "{}")).http).toBe(200);
    expect(await get("ValidateScopes", "{")).toMatchObject({ http: 400, ...MALFORMED });
    expect(await get("ValidateScopes", "A", "proto&base64=1")).toMatchObject({ http: 400, ...MALFORMED });
    expect(await get("ValidateScopes", "%%%", "json&base64=1")).toMatchObject({ http: 400, ...MALFORMED });
    expect((await get("RegisterScopes", '{"scopes":[{"name":"a:b","description":"x"}]}')).http).toBe(405);
    expect((await get("Introspect", '{"token":"x"}')).http).toBe(405);
  });

  it("knows nothing at other paths", async () => {
    for (const path of [`${SERVICE}/Nope`, "/nope", "/%2e%2e/%2e%2e/etc/passwd", "/constructor", "/__proto__"]) {
      const answer = await call("{}", {}, path);
      expect(answer.http).toBe(404);
      expectClean(answer);
    }
  });

  it.each([
    ["the good one first", (good: string) => [good, "Bearer x"]],
    ["the good one last", (good: string) => ["Bearer x", good]],
    ["the good one twice", (good: string) => [good, good]],
  ])("takes two tokens for none, %s", async (_what, tokens) => {
    expect(await call("{}", { authorization: tokens(authorization) })).toMatchObject({
      http: 401,
      code: "UNAUTHENTICATED",
      reason: "TOKEN_MISSING",
    });
  });

  it("answers on the same connection after a message that is too large, whose rest is passed over", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = { authorization, "content-type": "application/json", "transfer-encoding": "chunked" };
    const post = async (body: Uint8Array) => {
      const request = httpRequest(server.httpUrl + VALIDATE, { method: "POST", agent, headers }).end(body);
      const [response] = await once(request, "response", { signal: AbortSignal.timeout(8_000) });
      response.resume();
      await once(response, "end");
      return response.statusCode;
    };
    try {
      expect(await post(Buffer.alloc(5 * 1024 * 1024, " "))).toBe(429);
      expect(await post(Buffer.from("{}"))).toBe(200);
    } finally {
      agent.destroy();
    }
  });

  it.each([
    ["HTTP/1.0 without a host", "1.0", ""],
    ["a host that is none", "1.1", "host: [\r\n"],
  ])("refuses %s, and goes on", async (_what, version, host) => {
    const { hostname, port } = new URL(server.httpUrl);
    const socket = connectTcp(Number(port), hostname);
    try {
      socket.write(`POST ${VALIDATE} HTTP/${version}\r\n${host}content-length: 0\r\n\r\n`);
      const [answer] = await once(socket, "data");
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 .*The request names no host/s);
    } finally {
      socket.destroy();
    }
    expect((await callHttp1(server.httpUrl, "/healthz", { method: "GET" })).http).toBe(200);
  });

  it("refuses headers above their limit", async () => {
    expect((await call("{}", { authorization: `Bearer ${"a".repeat(100_000)}` })).http).toBe(431);
  });

  it("refuses an unreadable timeout and an unknown compression", async () => {
    for (const headers of [{ "connect-timeout-ms": "soon" }, { "content-encoding": "snappy" }]) {
      const answer = await call("{}", headers);
      expect(answer.http).toBeGreaterThanOrEqual(400);
      expect(answer.reason).not.toBe("");
      expectClean(answer);
    }
  });

  it("takes and gives compressed messages, which may unpack to no more than others", async () => {
    const compressed = { "content-encoding": "gzip", "accept-encoding": "gzip" };
    const scopes = Array.from({ length: 200 }, (_, at) => `nobody:knows:${at}`);
    const answer = await call(gzipSync(JSON.stringify({ scopes })), compressed);
    expect(answer).toMatchObject({ http: 200, headers: { "content-encoding": "gzip" } });
    expect(JSON.parse(gunzipSync(answer.body).toString())).toMatchObject({ error: "invalid_scope" });
    const refused = await call("{}", { "content-encoding": "br" });
    expect(refused).toMatchObject({ code: "UNIMPLEMENTED", message: expect.stringContaining("use gzip, or none") });
    const bomb = gzipSync(JSON.stringify({ scope: "x".repeat(5 * 1024 * 1024) }));
    expect(await call(bomb, { "content-encoding": "gzip" })).toMatchObject({ reason: "MESSAGE_TOO_LARGE" });
    expect(await call("no gzip", { "content-encoding": "gzip" })).toMatchObject(MALFORMED);
  });
});

describe("HTTP/2", () => {
  it("stores nothing of a request that is reset, although what has come of it is a whole message", async () => {
    const owner = await server.as({ client: "cut-api", scopes: ["register"] });
    const scopes = ["cut:a", "cut:b"].map((name) => ({ name, description: "Cut" }));
    await owner.registry.registerScopes({ scopes });
    before = await watcher.listScopes({});
    const request = { scopes: scopes.slice(0, 1), mode: RegistrationMode.REPLACE };
    const bytes = toBinary(RegisterScopesRequestSchema, create(RegisterScopesRequestSchema, request));
    const session = connectHttp2(server.httpUrl);
    try {
      const token = `Bearer ${await server.tokenFor({ client: "cut-api", scopes: ["register"] })}`;
      for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]) {
        const stream = session.request({
          ":method": "POST",
          ":path": `${SERVICE}/RegisterScopes`,
          "content-type": "application/proto",
          authorization: token,
        });
        stream.on("error", () => undefined).resume();
        stream.write(bytes);
        // What comes later on the same connection is looked at later.
        await once(session.request({ ":path": "/healthz" }).resume(), "close");
        stream.close(code);
        await once(session.request({ ":path": "/healthz" }).resume(), "close");
      }
    } finally {
      session.close();
    }
  });

  it("stores nothing of a request whose deadline passes while it arrives", async () => {
    const token = `Bearer ${await server.tokenFor({ client: "late-api", scopes: ["register"] })}`;
    const session = connectHttp2(server.httpUrl);
    try {
      const stream = session.request({
        ":method": "POST",
        ":path": `${SERVICE}/RegisterScopes`,
        "content-type": "application/json",
        "connect-timeout-ms": "100",
        authorization: token,
      });
      const answered = once(stream, "response");
      // The rest never comes: the answer does not wait for it.
      stream.write('{"scopes": [{"name": "late:a", ');
      const [{ ":status": status }] = await answered;
      const body = JSON.parse((await stream.setEncoding("utf8").toArray()).join(""));
      expect([status, body.code]).toEqual([504, "deadline_exceeded"]);
    } finally {
      session.close();
    }
  });

  it("is known by a preface that comes byte by byte", async () => {
    const { hostname, port } = new URL(server.httpUrl);
    const socket = connectTcp(Number(port), hostname);
    const answered = once(socket, "data");
    try {
      for (const byte of Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", "latin1")) {
        socket.write(Buffer.of(byte));
        await delay(2);
      }
      const [frame] = await answered;
      // A SETTINGS frame (RFC 9113 section 6.5) is how a server begins.
      expect((frame as Buffer).at(3)).toBe(4);
    } finally {
      socket.destroy();
    }
  });

  it("refuses a host that is none, and goes on", async () => {
    expect(await callHttp2(server.httpUrl, VALIDATE, { headers: { host: "[" } })).toMatchObject({ http: 400 });
    expect((await callHttp2(server.httpUrl, "/healthz", { method: "GET" })).http).toBe(200);
  });

  it("ends the stream of a message that is too large, in place of leaving it to the client", async () => {
    const headers = { authorization, "content-type": "application/proto" };
    const answer = await callHttp2(server.httpUrl, VALIDATE, { headers, body: Buffer.alloc(6 * 1024 * 1024) });
    expect(answer.http).toBe(429);
    expect(answer.broken).toBe("");
  });
});
