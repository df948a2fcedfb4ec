/** Readers of a stream who take nothing, at the ports themselves: what is sent to them never ends. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import {
  ValidateScopesResponseSchema,
  type WatchScopesResponse,
  WatchScopesResponseSchema,
} from "@scope-registry/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/registry-error.ts";
import type { Call } from "../../src/transport/call.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { type BarePorts, openBarePorts } from "../support/bare-ports.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const WATCH = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
const VALIDATE = "/scoperegistry.v1.ScopeRegistry/ValidateScopes";
const LIMIT_MS = 500;
/** More than a socket and the flow control of HTTP/2 hold, compressed as well. */
const LARGE = randomBytes(192 * 1024).toString("base64url");

/** What became of the streams: how many were begun, how many messages were made, and how each ended. */
const seen = { open: 0, made: 0, ends: [] as (string | undefined)[], size: 0, most: 0 };

async function* endless(
  _method: unknown,
  _request: unknown,
  _caller: unknown,
  call: Call,
): AsyncGenerator<WatchScopesResponse> {
  seen.open += 1;
  try {
    for (;;) {
      seen.made += 1;
      yield create(WatchScopesResponseSchema, { registryId: LARGE.slice(0, seen.size) });
      // Nothing more is there for a reader until it leaves.
      if (seen.made === seen.most) await once(call.signal, "abort");
    }
  } finally {
    seen.open -= 1;
  }
}

const pipeline: CallPipeline = {
  begin: () => undefined,
  admit: () => ({ clientId: "reader", owner: "reader", issuer: "test", scopes: new Set() }),
  answerDirectly: () => undefined,
  answer: () => create(ValidateScopesResponseSchema, { error: LARGE }),
  stream: endless,
  refusal: (error) => (error instanceof RegistryError ? error : new RegistryError("INTERNAL", String(error))),
  record: (_call, _caller, refusal) => void seen.ends.push(refusal?.reason),
};

let ports: BarePorts;
beforeAll(async () => {
  ports = await openBarePorts({ pipeline, readMs: LIMIT_MS });
});
afterAll(() => ports.close());
beforeEach(() => {
  seen.made = 0;
  seen.ends = [];
  seen.size = LARGE.length;
  seen.most = Number.POSITIVE_INFINITY;
});

function watch(
  session: ClientHttp2Session,
  path = WATCH,
  headers: Readonly<Record<string, string>> = {},
): ClientHttp2Stream {
  session.on("error", () => undefined);
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  stream.on("error", () => undefined);
  stream.end(grpcFrame(Buffer.alloc(0)));
  return stream;
}

describe.each([
  ["the gRPC port", () => ports.grpc.port],
  ["the HTTP port", () => ports.http.port],
])("a reader on %s", (_name, port) => {
  it("who takes nothing is cut with RESOURCE_EXHAUSTED, and nothing more is made for it", async () => {
    const session = connect(`http://127.0.0.1:${port()}`);
    const stream = watch(session);
    await once(stream, "response");
    if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
    // RESOURCE_EXHAUSTED, as gRPC over HTTP/2 has it.
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await expect.poll(() => seen.ends).toEqual(["OVERLOADED"]);
    expect(seen.open).toBe(0);
    expect(seen.made).toBeLessThan(20);
    session.destroy();
  });

  it("whose deadline has passed meanwhile, and who takes nothing, is cut as well", async () => {
    const session = connect(`http://127.0.0.1:${port()}`);
    const stream = watch(session, WATCH, { "grpc-timeout": "100m" });
    await once(stream, "response");
    if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await expect.poll(() => seen.ends).toEqual(["DEADLINE_EXCEEDED"]);
    session.destroy();
  });

  it("who is slow and steady is not cut", async () => {
    const session = connect(`http://127.0.0.1:${port()}`);
    const stream = watch(session);
    for (let turn = 0; turn < 6; turn++) {
      await once(stream, "readable");
      let taken = 0;
      while (taken < LARGE.length) {
        const chunk: Buffer | null = stream.read();
        if (chunk === null) await once(stream, "readable");
        else taken += chunk.length;
      }
      await delay(LIMIT_MS / 4);
    }
    expect(seen.ends).toEqual([]);
    session.destroy();
    await expect.poll(() => seen.ends).toEqual(["CANCELLED"]);
    expect(seen.open).toBe(0);
  });
});

it.each([
  ["the gRPC port", () => ports.grpc.port],
  ["the HTTP port", () => ports.http.port],
])("a caller on %s who does not take the answer is cut, too", async (_name, port) => {
  const session = connect(`http://127.0.0.1:${port()}`, { settings: { initialWindowSize: 0 } });
  const stream = watch(session, VALIDATE);
  await once(stream, "response");
  await new Promise((resolve) => stream.once("close", resolve));
  expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  session.destroy();
});

it("a reader on the gRPC port who takes not even little is cut, and that is logged", async () => {
  const session = connect(`http://127.0.0.1:${ports.grpc.port}`, { settings: { initialWindowSize: 0 } });
  seen.size = 100;
  seen.most = 3;
  const stream = watch(session);
  await once(stream, "response");
  await new Promise((resolve) => stream.once("close", resolve));
  await expect.poll(() => seen.ends).toEqual(["OVERLOADED"]);
  session.destroy();
});

const COMPRESSED = { "accept-encoding": "gzip" };

it.each([
  ["as it is", {}],
  ["compressed", COMPRESSED],
])("a reader by HTTP/1.1 who takes nothing of a stream that comes %s loses the connection", async (_how, headers) => {
  const request = httpRequest({
    port: ports.http.port,
    path: WATCH,
    method: "POST",
    headers: { "content-type": "application/connect+proto", ...headers },
  });
  request.on("error", () => undefined);
  request.end(grpcFrame(Buffer.alloc(0)));
  const [response] = await once(request, "response");
  expect(response.headers["content-encoding"]).toBe(headers === COMPRESSED ? "gzip" : undefined);
  response.on("error", () => undefined);
  await expect.poll(() => seen.ends).toEqual(["OVERLOADED"]);
  expect(seen.open).toBe(0);
  expect(seen.made).toBeLessThan(40);
  response.resume();
  if (!response.closed) await new Promise((resolve) => response.once("close", resolve));
  expect(response.complete).toBe(false);
});

it("a reader by gRPC-Web on HTTP/2 who takes nothing of a compressed stream is cut, and nothing more is made for it", async () => {
  const session = connect(`http://127.0.0.1:${ports.http.port}`);
  const stream = watch(session, WATCH, { "content-type": "application/grpc-web+proto", ...COMPRESSED });
  const [headers] = await once(stream, "response");
  expect(headers["content-encoding"]).toBe("gzip");
  if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
  expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  await expect.poll(() => seen.ends).toEqual(["OVERLOADED"]);
  expect(seen.open).toBe(0);
  expect(seen.made).toBeLessThan(20);
  session.destroy();
});
