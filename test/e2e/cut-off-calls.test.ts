/** Calls that are cut off in the middle, at the ports themselves: what their callers see, and what is told of their end. */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { gunzipSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import {
  ValidateScopesResponseSchema,
  type WatchScopesResponse,
  WatchScopesResponseSchema,
} from "@scope-registry/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RegistryError } from "../../src/registry/registry-error.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { streamAnswer } from "../../src/transport/http/stream-answer.ts";
import { type BarePorts, openBarePorts } from "../support/bare-ports.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const WATCH = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
const VALIDATE = "/scoperegistry.v1.ScopeRegistry/ValidateScopes";
const EMPTY = grpcFrame(Buffer.alloc(0));

/** How each call ended that was told to have. */
let ends: (string | undefined)[];
let begun: number;
let streams: CallPipeline["stream"];

const pipeline: CallPipeline = {
  begin() {
    begun += 1;
  },
  admit: () => ({ clientId: "reader", owner: "reader", issuer: "test", scopes: new Set() }),
  answerDirectly: () => undefined,
  // The answer comes as soon as nobody waits for it any more.
  answer: (_method, _request, _caller, call) =>
    once(call.signal, "abort").then(() => create(ValidateScopesResponseSchema, {})),
  stream: (...given) => streams(...given),
  refusal: (error) => (error instanceof RegistryError ? error : new RegistryError("INTERNAL", String(error))),
  record: (_call, _caller, refusal) => void ends.push(refusal?.reason),
};

let ports: BarePorts;
let sessions: ClientHttp2Session[];
beforeEach(async () => {
  ends = [];
  begun = 0;
  sessions = [];
  streams = async function* (_method, _request, _caller, call) {
    yield create(WatchScopesResponseSchema, {});
    await once(call.signal, "abort");
  };
  ports = await openBarePorts({ pipeline });
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const session of sessions) session.destroy();
  await ports.close();
});

function open(port: number, path: string, headers: Readonly<Record<string, string>> = {}): ClientHttp2Stream {
  const session = connect(`http://127.0.0.1:${port}`).on("error", () => undefined);
  sessions.push(session);
  const given = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...headers };
  return session.request(given).on("error", () => undefined);
}

async function bodyOf(stream: ClientHttp2Stream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  await new Promise((resolve) => stream.once("close", resolve));
  return Buffer.concat(pieces);
}

it("a call on the gRPC port that is answered once its deadline has passed is told of as its caller saw it", async () => {
  const stream = open(ports.grpc.port, VALIDATE, { "grpc-timeout": "50m" });
  stream.end(EMPTY);
  const [headers] = await once(stream, "response");
  expect(headers["grpc-status"]).toBe("4");
  await expect.poll(() => ends).toEqual(["DEADLINE_EXCEEDED"]);
});

it("a stream on the gRPC port that comes to its end once its deadline has passed is told of as its reader saw it", async () => {
  const stream = open(ports.grpc.port, WATCH, { "grpc-timeout": "50m" });
  stream.end(EMPTY);
  const [trailers] = await once(stream.resume(), "trailers");
  expect(trailers["grpc-status"]).toBe("4");
  await expect.poll(() => ends).toEqual(["DEADLINE_EXCEEDED"]);
});

describe.each([
  ["the gRPC port", () => ports.grpc],
  ["the HTTP port", () => ports.http],
])("%s", (_name, server) => {
  it("tells of a stream that its closing cuts off as of one that the server has ended", async () => {
    const stream = open(server().port, WATCH);
    stream.end(EMPTY);
    await once(stream, "response");
    await server().close(0);
    await expect.poll(() => ends).toEqual(["SHUTTING_DOWN"]);
  });

  it("tells once of a stream that cannot begin", async () => {
    streams = () => {
      throw new RegistryError("INVALID_REQUEST", "No");
    };
    const stream = open(server().port, WATCH);
    stream.end(EMPTY);
    await bodyOf(stream);
    expect([begun, ends]).toEqual([1, ["INVALID_REQUEST"]]);
  });

  it("tells of a deadline that passes while the clock is set back", async () => {
    const now = Date.now;
    streams = async function* (_method, _request, _caller, call) {
      vi.spyOn(Date, "now").mockImplementation(() => now() - 60_000);
      yield create(WatchScopesResponseSchema, {});
      await once(call.signal, "abort");
    };
    const stream = open(server().port, WATCH, { "grpc-timeout": "50m" });
    stream.end(EMPTY);
    const [trailers] = await once(stream.resume(), "trailers");
    expect(trailers["grpc-status"]).toBe("4");
    await expect.poll(() => ends).toEqual(["DEADLINE_EXCEEDED"]);
  });

  it("refuses a request that has not arrived when its deadline passes", async () => {
    const stream = open(server().port, VALIDATE, { "grpc-timeout": "50m" });
    stream.write(EMPTY.subarray(0, 3));
    const seen: Record<string, unknown> = {};
    stream.on("response", (fields) => Object.assign(seen, fields));
    stream.on("trailers", (fields) => Object.assign(seen, fields));
    await bodyOf(stream);
    expect(seen["grpc-status"]).toBe("4");
    expect(ends).toEqual(["DEADLINE_EXCEEDED"]);
  });
});

it("a request by HTTP/1.1 that has not arrived when its deadline passes is refused, and the connection goes on", async () => {
  const request = httpRequest({
    port: ports.http.port,
    path: VALIDATE,
    method: "POST",
    headers: { "content-type": "application/json", "connect-timeout-ms": "50" },
  });
  request.write("{");
  const [response] = await once(request, "response");
  expect(response.statusCode).toBe(504);
  const pieces: Buffer[] = [];
  response.on("data", (piece: Buffer) => pieces.push(piece));
  request.end("}");
  await once(response, "end");
  expect(JSON.parse(Buffer.concat(pieces).toString()).code).toBe("deadline_exceeded");
  expect(ends).toEqual(["DEADLINE_EXCEEDED"]);
});

it("a refusal whose request goes on to arrive has its end, also where it is compressed", async () => {
  const stream = open(ports.http.port, VALIDATE, {
    "content-type": "application/grpc-web+proto",
    "accept-encoding": "gzip",
    "grpc-timeout": "50m",
  });
  stream.write(EMPTY.subarray(0, 3));
  stream.once("response", () => stream.end(EMPTY.subarray(3)));
  expect(gunzipSync(await bodyOf(stream)).toString()).toContain("grpc-status: 4");
});

it("a connection on which many have left in the middle of an answer goes on to be served", async () => {
  const large = "x".repeat(1024 * 1024);
  streams = async function* (): AsyncGenerator<WatchScopesResponse> {
    for (;;) yield create(WatchScopesResponseSchema, { registryId: large });
  };
  const session = connect(`http://127.0.0.1:${ports.http.port}`).on("error", () => undefined);
  sessions.push(session);
  for (let turn = 0; turn < 60; turn++) {
    const stream = session.request({ ":method": "POST", ":path": WATCH, "content-type": "application/grpc" });
    stream.on("error", () => undefined).end(EMPTY);
    await once(stream, "response");
    stream.close(constants.NGHTTP2_CANCEL);
    if (!stream.destroyed) await once(stream, "close");
  }
  for (let turn = 0; turn < 20; turn++) {
    const probe = session.request({ ":path": "/healthz" });
    const [headers] = await once(probe.resume(), "response");
    expect(headers[":status"]).toBe(200);
  }
});

/** An answer that never ends by itself, as the library takes it, and how it was told to have ended. */
function endlessAnswer(refusal: (error: unknown) => RegistryError) {
  async function* messages() {
    for (;;) yield create(WatchScopesResponseSchema, {});
  }
  const told: unknown[] = [];
  const answer = streamAnswer(messages(), {
    request: {} as never,
    deadline: { expiresAt: undefined, signal: new AbortController().signal },
    refusal,
    onEnd: (why) => told.push(why?.reason),
  });
  return { answer, told };
}

it.each(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"])(
  "a stream that cannot be written, by %s, is one that its reader has left, and no fault",
  async (code) => {
    const { answer, told } = endlessAnswer(() => expect.unreachable("It is no fault"));
    await answer.next();
    const broken = answer.throw(Object.assign(new Error(`write ${code}`), { code }));
    await expect(broken).rejects.toMatchObject({ reason: "CANCELLED" });
    expect(told).toEqual(["CANCELLED"]);
  },
);

it("what the library itself fails in stays a fault", async () => {
  const { answer, told } = endlessAnswer((error) => pipeline.refusal(error, undefined as never));
  await answer.next();
  await expect(answer.throw(new Error("Cannot be encoded"))).rejects.toMatchObject({ reason: "INTERNAL" });
  expect(told).toEqual(["INTERNAL"]);
});
