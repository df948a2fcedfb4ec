/**
 * Connections that bring nothing, too little or too much. The limits are small here, so that nobody has to wait for them; where it is not
 * time that is bounded, a patient server is asked, as a busy machine takes some.
 */
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  RegistryAdmin,
  ScopeRegistry,
  ValidateScopesRequestSchema,
  ValidateScopesResponseSchema,
} from "@scope-registry/client";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { type GrpcServer, startGrpcServer } from "../../src/transport/grpc/grpc-server.ts";
import type { ConnectionLimits } from "../../src/transport/http/connection-limits.ts";
import { type HttpServer, startHttpServer } from "../../src/transport/http/http-server.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";
import { createAuthority } from "../support/certificates.ts";
import { callHttp2, grpcFrame } from "../support/raw-calls.ts";

/** A message of some kilobytes. */
function manyNames(): Uint8Array {
  return toBinary(ValidateScopesRequestSchema, create(ValidateScopesRequestSchema, { scope: "x ".repeat(1_500) }));
}

const SERVICES = [ScopeRegistry, RegistryAdmin];
const VALIDATE = "/scoperegistry.v1.ScopeRegistry/ValidateScopes";
const HEALTH = "/grpc.health.v1.Health/Check";
const REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const KNOWN = { authorization: "Bearer known" };
const OTHER = { authorization: "Bearer other" };
const HEADERS = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
const LIMIT_MS = 400;
const MIB = 1024 * 1024;
/** Far beyond every limit here, in milliseconds: a connection that is still open then is not bounded. */
const PATIENCE_MS = 5_000;

const pipeline: CallPipeline = {
  begin: () => undefined,
  admit({ authorization }) {
    const [, name] = /^Bearer (known|other)$/.exec(authorization ?? "") ?? [];
    if (name === undefined) throw new RegistryError("TOKEN_MISSING", "Send a token");
    return { clientId: name, owner: name, issuer: "test", scopes: new Set() };
  },
  answerDirectly: () => undefined,
  answer: () => create(ValidateScopesResponseSchema, { valid: true }),
  stream: () => {
    throw new Error("No stream is called here");
  },
  refusal: (error) => (error instanceof RegistryError ? error : new RegistryError("INTERNAL", "Fault")),
  record: () => undefined,
};

/** Waits until it closes; what else it waited for is in the failure. */
async function closed(what: Socket | ClientHttp2Session | ClientHttp2Stream): Promise<void> {
  if (what.closed) return;
  what.on("error", () => undefined);
  await once(what, "close", { signal: AbortSignal.timeout(PATIENCE_MS) });
}

function session(origin: string, options: { ca?: string } = {}): ClientHttp2Session {
  return connectHttp2(origin, options).on("error", () => undefined);
}

function originOf({ port }: GrpcServer): string {
  return `http://127.0.0.1:${port}`;
}

describe("the gRPC port", () => {
  const start = (requestTimeoutMs: number) =>
    startGrpcServer({
      address: "127.0.0.1:0",
      services: SERVICES,
      pipeline,
      budget: new ArrivalBudget(MIB),
      unread: new UnreadBudget(),
      tls: undefined,
      requestLimits: { requestTimeoutMs, strangerRequestBytes: 1024 },
      idleMs: LIMIT_MS,
    });
  let impatient: GrpcServer;
  let patient: GrpcServer;
  let origin: string;
  beforeAll(async () => {
    [impatient, patient] = await Promise.all([start(LIMIT_MS), start(PATIENCE_MS)]);
    origin = originOf(patient);
  });
  afterAll(() => Promise.all([impatient.close(0), patient.close(0)]));

  /** Sends bytes and leaves the request open; tells the status and waits until the stream is gone. */
  async function unfinished(path: string, headers: object, bytes: Uint8Array, by = origin): Promise<unknown> {
    const client = session(by);
    const stream = client.request({ ...HEADERS, ":path": path, ...headers });
    let status: unknown;
    stream.on("response", (fields) => {
      status = fields["grpc-status"];
    });
    stream.resume();
    stream.write(bytes);
    await closed(stream);
    client.destroy();
    return Number(status);
  }

  it("refuses a stranger while the message is still on its way, and resets the stream", async () => {
    expect(await unfinished(VALIDATE, {}, grpcFrame(Buffer.alloc(10), 1_000))).toBe(16);
  });

  it("refuses a request that does not arrive in time, and resets the stream", async () => {
    const by = originOf(impatient);
    expect(await unfinished(VALIDATE, KNOWN, grpcFrame(Buffer.alloc(10), 1_000), by)).toBe(4);
    expect(await unfinished(VALIDATE, KNOWN, Buffer.alloc(2), by)).toBe(4);
    expect(await unfinished(VALIDATE, KNOWN, grpcFrame(Buffer.alloc(10)), by)).toBe(4);
    expect(await unfinished(HEALTH, {}, Buffer.alloc(2), by)).toBe(4);
  });

  it("resets a request that does not arrive before the caller's own deadline", async () => {
    const headers = { ...KNOWN, "grpc-timeout": "50m" };
    expect(await unfinished(VALIDATE, headers, grpcFrame(Buffer.alloc(10), 1_000))).toBe(4);
    expect(await unfinished(HEALTH, { "grpc-timeout": "50m" }, Buffer.alloc(2))).toBe(4);
  });

  it("bounds what unfinished requests hold together, also where they unpack to more", async () => {
    expect(await unfinished(VALIDATE, KNOWN, grpcFrame(Buffer.alloc(2_000_000), 3_000_000))).toBe(8);
    const packed = gzipSync(Buffer.alloc(2_000_000));
    expect(await unfinished(VALIDATE, { ...KNOWN, "grpc-encoding": "gzip" }, grpcFrame(packed, packed.length, 1))).toBe(
      8,
    );
    expect((await callHttp2(origin, VALIDATE, { headers: KNOWN, body: grpcFrame(Buffer.alloc(0)) })).code).toBe("OK");
  });

  it("refuses who holds the most, and not whoever comes next", async () => {
    const client = session(origin);
    const message = grpcFrame(manyNames());
    const other = client.request({ ...HEADERS, ":path": VALIDATE, ...OTHER });
    other.write(message.subarray(0, 2_000));
    expect(await unfinished(VALIDATE, KNOWN, grpcFrame(Buffer.alloc(MIB - 1_000), MIB))).toBe(8);
    other.end(message.subarray(2_000));
    other.resume();
    const [fields] = await once(other, "trailers");
    expect(fields["grpc-status"]).toBe("0");
    client.destroy();
  });

  it("tells by its reason that a message is too large, however large, before it has come", async () => {
    for (const length of [4 * 1024 * 1024 + 1, 17 * 1024 * 1024]) {
      const answer = await callHttp2(origin, VALIDATE, { headers: KNOWN, body: grpcFrame(Buffer.alloc(100), length) });
      expect(answer).toMatchObject({ code: "RESOURCE_EXHAUSTED", reason: "MESSAGE_TOO_LARGE" });
    }
  });

  it("takes little from strangers where no token is asked for, and nothing packed", async () => {
    expect(await unfinished(HEALTH, {}, grpcFrame(Buffer.alloc(2_000), 3_000))).toBe(8);
    const packed = gzipSync(Buffer.alloc(100_000));
    const headers = { "grpc-encoding": "gzip" };
    const answer = await callHttp2(origin, HEALTH, { headers, body: grpcFrame(packed, packed.length, 1) });
    expect(answer).toMatchObject({ code: "INVALID_ARGUMENT", reason: "MALFORMED_MESSAGE" });
    expect((await callHttp2(origin, HEALTH, { body: grpcFrame(Buffer.alloc(0)) })).code).toBe("OK");
  });

  it("takes nothing packed from strangers, in whatever pieces and behind whatever message", async () => {
    const packed = gzipSync(Buffer.alloc(100_000));
    const head = grpcFrame(packed, packed.length, 1);
    for (const pieces of [
      [head.subarray(0, 1), head.subarray(1)],
      [head.subarray(0, 4), head.subarray(4)],
      [Buffer.concat([grpcFrame(Buffer.from("3a00", "hex")), head])],
      [grpcFrame(Buffer.from("3a00", "hex")), head.subarray(0, 2), head.subarray(2)],
    ]) {
      const client = session(origin);
      const stream = client.request({ ...HEADERS, ":path": REFLECTION, "grpc-encoding": "gzip" });
      let status: unknown;
      stream.on("response", (fields) => {
        status = fields["grpc-status"] ?? status;
      });
      stream.on("trailers", (fields) => {
        status = fields["grpc-status"] ?? status;
      });
      stream.resume();
      for (const piece of pieces) {
        stream.write(piece);
        await once(client.request({ ...HEADERS, ":path": "/" }), "response");
      }
      await closed(stream);
      client.destroy();
      expect(Number(status)).toBe(3);
    }
  });

  it("closes a connection without calls", async () => {
    await closed(session(originOf(impatient)));
    await closed(connectTcp(impatient.port, "127.0.0.1").resume());
  });

  it("cuts what is still open when it closes", async () => {
    const stopping = await startGrpcServer({
      address: "127.0.0.1:0",
      services: SERVICES,
      pipeline,
      budget: new ArrivalBudget(),
      unread: new UnreadBudget(),
      tls: undefined,
    });
    const client = session(originOf(stopping));
    const watch = client.request({ ...HEADERS, ":path": "/grpc.health.v1.Health/Watch" });
    watch.end(grpcFrame(Buffer.alloc(0)));
    await once(watch, "data");
    await stopping.close(0);
    await closed(client);
  });
});

const authority = createAuthority("Test servers");
const identity = authority.issue("scope-registry");
const tls = { cert: identity.cert, key: identity.key, clientCa: undefined };

describe.each([
  ["plaintext", undefined],
  ["TLS", tls],
] as const)("the HTTP port, %s", (_kind, material) => {
  const limits = {
    firstByteMs: LIMIT_MS,
    headersMs: LIMIT_MS,
    requestMs: LIMIT_MS,
    keepAliveMs: LIMIT_MS,
    idleMs: LIMIT_MS,
    checkMs: 50,
  };
  let server: HttpServer;
  let origin: string;
  const originHere = (port: number) => `${material === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const start = (more: Partial<ConnectionLimits> = {}) =>
    startHttpServer({
      host: "127.0.0.1",
      port: 0,
      services: SERVICES,
      pipeline,
      budget: new ArrivalBudget(MIB),
      unread: new UnreadBudget(),
      tls: material,
      status: () => ({}) as never,
      logger: pino({ level: "silent" }),
      limits: { ...limits, ...more },
    });
  beforeAll(async () => {
    server = await start();
    origin = originHere(server.port);
  });
  afterAll(() => server.close(0));

  async function http1(text: string, port = server.port): Promise<Socket> {
    const socket =
      material === undefined
        ? connectTcp(port, "127.0.0.1")
        : connectTls({ port, host: "127.0.0.1", ca: authority.cert, ALPNProtocols: ["http/1.1"] });
    socket.on("error", () => undefined).resume();
    await once(socket, material === undefined ? "connect" : "secureConnect");
    socket.write(text);
    return socket;
  }

  it("closes a connection that says nothing", async () => {
    const socket = connectTcp(server.port, "127.0.0.1");
    await closed(socket.resume());
    await closed(await http1(""));
  });

  it("closes a connection whose headers do not end", async () => {
    await closed(await http1("POST /healthz HTTP/1.1\r\nhost: x\r\n"));
  });

  it("closes a connection whose body does not end", async () => {
    const head = `POST ${VALIDATE} HTTP/1.1\r\nhost: x\r\nauthorization: ${KNOWN.authorization}\r\n`;
    await closed(await http1(`${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`));
    await closed(await http1(`${head}content-type: text/plain\r\ncontent-length: 100\r\n\r\n{`));
  });

  it("closes a connection that is kept alive for nothing", async () => {
    const socket = await http1("GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n");
    await closed(socket);
    expect(socket.bytesRead).toBeGreaterThan(0);
  });

  it("closes an HTTP/2 connection without requests, pings or not", async () => {
    const client = session(origin, { ca: authority.cert });
    await once(client, "connect");
    const timer = setInterval(() => !client.destroyed && client.ping(() => undefined), 50);
    await closed(client).finally(() => clearInterval(timer));
  });

  it("resets an HTTP/2 request that does not end", async () => {
    for (const headers of [KNOWN, {}]) {
      const client = session(origin, { ca: authority.cert });
      const stream = client.request({ ...HEADERS, ":path": VALIDATE, ...headers });
      stream.resume();
      stream.write(grpcFrame(Buffer.alloc(10), 1_000));
      await closed(stream);
      expect(stream.rstCode).not.toBe(constants.NGHTTP2_INTERNAL_ERROR);
      client.destroy();
    }
  });

  it("bounds what unfinished requests hold together, and refuses who holds the most", async () => {
    const patient = await start({ requestMs: PATIENCE_MS });
    const client = session(originHere(patient.port), { ca: authority.cert });
    const headers = { ...HEADERS, ":path": VALIDATE, "content-type": "application/proto" };
    const hogs = [0, 1, 2].map(() => client.request({ ...headers, ...KNOWN }));
    const statuses: unknown[] = [];
    for (const hog of hogs) {
      hog.on("error", () => undefined);
      hog.on("response", (fields) => statuses.push(fields[":status"])).resume();
      hog.write(Buffer.alloc(MIB / 2));
    }
    await expect.poll(() => statuses).toContain(429);
    const other = client.request({ ...headers, ...OTHER });
    other.end(manyNames());
    const [fields] = await once(other.resume(), "response");
    expect(fields[":status"]).toBe(200);
    client.destroy();
    await patient.close(0);
  });

  it("leaves nothing behind when it closes", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPServer/.test(kind)).length;
    const before = timers();
    const other = await start();
    const idle = await http1("", other.port);
    await other.close(0);
    await closed(idle);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
