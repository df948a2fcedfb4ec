/** What is written to streams of a connection whose other end stops reading: it is counted for as long as it is held. */
import { once } from "node:events";
import {
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, connect as connectTcp } from "node:net";
import { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { countedOnStream } from "../../src/transport/stream-writes.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";

/** More than sockets take whose other end does not read. */
const PIECE = new Uint8Array(16 * 1024 * 1024);
/** What they take at once. */
const SMALL_PIECE = new Uint8Array(32 * 1024);
const SMALL = "/small";
const LARGEST_WINDOW = 2 ** 31 - 1;

const unread = new UnreadBudget(Number.POSITIVE_INFINITY);
const served: ServerHttp2Stream[] = [];
let session: ServerHttp2Session | undefined;
let server: ReturnType<typeof createServer>;
let client: Awaited<ReturnType<typeof connectClient>>;

beforeEach(async () => {
  served.length = 0;
  server = createServer().on("stream", (stream: ServerHttp2Stream, { ":path": path }) => {
    served.push(stream);
    session = stream.session as ServerHttp2Session;
    stream.on("error", () => undefined).resume();
    if (path === SMALL) stream.respond();
    else {
      stream.respond({}, { waitForTrailers: true });
      stream.once("wantTrailers", () => stream.sendTrailers({}));
    }
    const piece = path === SMALL ? SMALL_PIECE : PIECE;
    stream.write(piece, countedOnStream(stream, piece, { unread, owner: "reader", cut: () => undefined }));
    stream.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  client = await connectClient((server.address() as AddressInfo).port);
});
afterEach(() => {
  client.session.destroy();
  client.socket.destroy();
  server.close();
});

async function connectClient(port: number) {
  const socket = connectTcp(port, "127.0.0.1");
  const wire = new Duplex({
    read: () => undefined,
    write: (piece, _encoding, onWritten) => void socket.write(piece, onWritten),
  });
  socket.on("data", (piece) => wire.push(piece)).on("error", () => undefined);
  const settings = { initialWindowSize: LARGEST_WINDOW };
  const session = connect("http://127.0.0.1", { createConnection: () => wire, settings });
  session.on("error", () => undefined);
  await once(session, "remoteSettings");
  session.setLocalWindowSize(LARGEST_WINDOW);
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  return { session, socket };
}

function call(path = "/"): ClientHttp2Stream {
  return client.session.request({ ":path": path }).on("error", () => undefined);
}

/** Calls, and reads nothing of what comes. */
async function callBlocked(): Promise<ClientHttp2Stream> {
  client.socket.pause();
  const stream = call();
  await expect.poll(() => unread.bytes).toBe(PIECE.length);
  return stream;
}

it("counts until it is taken", async () => {
  expect((await buffer(call())).length).toBe(PIECE.length);
  await expect.poll(() => unread.bytes).toBe(0);
});

/** The same, and leaves. The server has heard of it by then. */
async function leaveBlocked(code: number = constants.NGHTTP2_CANCEL): Promise<void> {
  (await callBlocked()).close(code);
  await expect.poll(() => served[0]?.destroyed).toBe(true);
  // What is called back in the same turn has been.
  await new Promise(setImmediate);
}

it.each([constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR])(
  "counts on where the caller has left with code %i and the connection stands, until it moves",
  async (code) => {
    await leaveBlocked(code);
    expect(unread.bytes).toBe(PIECE.length);
    client.socket.resume();
    await expect.poll(() => unread.bytes).toBe(0);
  },
);

it("counts no more once the connection is gone", async () => {
  await callBlocked();
  client.socket.destroy();
  await expect.poll(() => unread.bytes).toBe(0);
});

it.each([
  ["calls", callBlocked],
  ["has left", leaveBlocked],
])("ends the connection of a caller who %s with its session, which would wait for the reader", async (_how, block) => {
  await block();
  const gone = once(client.socket, "close");
  session?.destroy();
  await expect.poll(() => unread.bytes).toBe(0);
  client.socket.resume();
  await gone;
  expect(client.socket.bytesRead).toBeLessThan(PIECE.length);
});

it("leaves a connection to its reader whose session was closed meanwhile", async () => {
  client.socket.pause();
  call(SMALL);
  await expect.poll(() => served[0]?.destroyed).toBe(true);
  session?.close();
  await expect.poll(() => session?.destroyed).toBe(true);
  await new Promise(setImmediate);
  // A connection that is gone answers with a reset, which takes along what has not been read.
  client.socket.write(Buffer.alloc(1));
  let bytes = 0;
  client.socket.on("data", (piece) => (bytes += piece.length));
  client.socket.resume();
  await once(client.socket, "end");
  expect(bytes).toBeGreaterThan(SMALL_PIECE.length);
});
