/** Callers who do not read what they are answered, at the ports themselves. Little is held here, so that little has to be sent. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { create } from "@bufbuild/protobuf";
import { ValidateScopesResponseSchema, WatchScopesResponseSchema } from "@scope-registry/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/registry-error.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";
import { type BarePorts, openBarePorts } from "../support/bare-ports.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const VALIDATE = "/scoperegistry.v1.ScopeRegistry/ValidateScopes";
const WATCH = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
const LIMIT = 1024 * 1024;
const LARGEST_WINDOW = 2 ** 31 - 1;
/** Far more than a socket takes whose other end does not read. */
const TEXT = randomBytes(12 * 1024 * 1024).toString("base64url");
const SHARED = create(WatchScopesResponseSchema, { registryId: TEXT.slice(0, LIMIT / 4) });
const FRAME = grpcFrame(Buffer.alloc(0));

/** What became of calls: how many were answered, and how each ended. */
const seen = { answered: 0, ends: [] as (string | undefined)[], size: 0 };

async function* endless() {
  for (;;) yield SHARED;
}

const pipeline: CallPipeline = {
  begin: () => undefined,
  admit({ authorization = "" }) {
    return { clientId: authorization, owner: authorization, issuer: "test", scopes: new Set() };
  },
  answerDirectly: () => undefined,
  answer() {
    seen.answered += 1;
    return create(ValidateScopesResponseSchema, { error: TEXT.slice(0, seen.size) });
  },
  stream: endless,
  refusal: (error) => (error instanceof RegistryError ? error : new RegistryError("INTERNAL", String(error))),
  record: (_call, _caller, refusal) => void seen.ends.push(refusal?.reason),
};

let unread: UnreadBudget;
let ports: BarePorts;
beforeAll(async () => {
  unread = new UnreadBudget(LIMIT);
  // Nothing is cut here for the time that it takes.
  ports = await openBarePorts({ pipeline, unread, readMs: 600_000 });
});
afterAll(() => ports.close());

const open = new Set<ClientHttp2Session | Socket>();
beforeEach(() => {
  seen.answered = 0;
  seen.ends = [];
  seen.size = LIMIT / 4;
});
afterEach(async () => {
  for (const connection of open) connection.destroy();
  open.clear();
  // Whatever has happened, nothing is left.
  await expect.poll(() => unread.bytes).toBe(0);
});

function connectTo(port: number, initialWindowSize?: number, wire?: Duplex): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`, {
    ...(initialWindowSize !== undefined && { settings: { initialWindowSize } }),
    ...(wire !== undefined && { createConnection: () => wire }),
  });
  session.on("error", () => undefined);
  open.add(session);
  return session;
}

function call(session: ClientHttp2Session, caller: string, path = VALIDATE): ClientHttp2Stream {
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  const stream = session.request({ ...headers, authorization: caller });
  stream.on("error", () => undefined);
  stream.end(FRAME);
  return stream;
}

/** Calls so often, and takes nothing. All is answered by then, and held or cut. */
async function hoard(port: number, calls: number, path = VALIDATE): Promise<ClientHttp2Stream[]> {
  const session = connectTo(port, 0);
  const streams: ClientHttp2Stream[] = [];
  while (streams.length < calls) {
    const stream = call(session, "hog", path);
    await once(stream, "response");
    // What was cut because of it has left by then.
    await new Promise<void>((resolve) => session.ping(() => resolve()));
    streams.push(stream);
  }
  return streams;
}

/** A connection whose flow control lets everything through, and whose socket takes nothing from now on. */
async function connectBlocked(port: number): Promise<ClientHttp2Session> {
  const socket = connectTcp(port, "127.0.0.1");
  open.add(socket);
  const wire = new Duplex({
    read: () => undefined,
    write: (piece, _encoding, onWritten) => void socket.write(piece, onWritten),
  });
  socket.on("data", (piece) => wire.push(piece)).on("error", () => undefined);
  const session = connectTo(port, LARGEST_WINDOW, wire);
  await once(session, "remoteSettings");
  session.setLocalWindowSize(LARGEST_WINDOW);
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  socket.pause();
  return session;
}

async function closed(what: ClientHttp2Stream | Socket): Promise<void> {
  if (!what.closed) await once(what, "close");
}

describe.each([
  ["the gRPC port", () => ports.grpc.port],
  ["the HTTP port", () => ports.http.port],
])("on %s", (_name, port) => {
  it("a caller who takes nothing holds no more than the limit, and loses the oldest answers", async () => {
    const streams = await hoard(port(), 12);
    await Promise.all(streams.slice(0, 9).map(closed));
    expect(streams.slice(0, 9).map(({ rstCode }) => rstCode)).toEqual(
      Array(9).fill(constants.NGHTTP2_ENHANCE_YOUR_CALM),
    );
    expect(streams.slice(9).map((stream) => stream.closed)).toEqual([false, false, false]);
    await expect.poll(() => unread.bytes).toBeLessThanOrEqual(LIMIT);
    expect(unread.bytes).toBeGreaterThan(LIMIT / 2);
  });

  it("others get all of their answers meanwhile, also who reads slowly", async () => {
    const slow = call(connectTo(port()), "slow");
    await once(slow, "response");
    const pieces: Buffer[] = [];
    for (;;) {
      await hoard(port(), 5);
      expect((await buffer(call(connectTo(port()), "other"))).length).toBeGreaterThan(seen.size);
      const piece: Buffer | null = slow.read(16 * 1024) ?? slow.read();
      if (piece !== null) pieces.push(piece);
      else if (slow.readableEnded || slow.closed) break;
      else await once(slow, "readable").catch(() => undefined);
    }
    expect(Buffer.concat(pieces).length).toBeGreaterThan(seen.size);
    expect(slow.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  it("a caller whose connections let nothing through holds no more than that twice", async () => {
    const calls = 40;
    for (const turn of [1, 2, 3]) {
      const session = await connectBlocked(port());
      for (let made = 0; made < calls; made++) call(session, "hog");
      await expect.poll(() => seen.answered).toBe(turn * calls);
    }
    await expect.poll(() => unread.bytes).toBeLessThanOrEqual(2 * LIMIT);
  });

  it("readers of a stream who take nothing are cut", async () => {
    const watching = await hoard(port(), 1, WATCH);
    await hoard(port(), 8);
    await Promise.all(watching.map(closed));
    expect(watching.map(({ rstCode }) => rstCode)).toEqual([constants.NGHTTP2_ENHANCE_YOUR_CALM]);
    await expect.poll(() => seen.ends.filter((reason) => reason !== undefined)).toEqual(["OVERLOADED"]);
  });
});

it("readers of a stream share what they are sent, and it counts once", async () => {
  await hoard(ports.grpc.port, 20, WATCH);
  // The frame of a message of that size.
  expect(unread.bytes - SHARED.registryId.length).toBeLessThan(100);
  expect(seen.ends).toEqual([]);
});

it("by HTTP/1.1, a caller who takes nothing loses its oldest connection", async () => {
  seen.size = TEXT.length;
  const answers = [];
  for (const caller of ["hog", "hog", "other"]) {
    const headers = { "content-type": "application/proto", authorization: caller };
    const request = httpRequest({ port: ports.http.port, path: VALIDATE, method: "POST", headers, agent: false });
    request.on("error", () => undefined);
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    answers.push(response.on("error", () => undefined));
  }
  const read = answers.map(async (response) => {
    let bytes = 0;
    for await (const piece of response) bytes += piece.length;
    return bytes > TEXT.length;
  });
  expect((await Promise.allSettled(read)).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});
