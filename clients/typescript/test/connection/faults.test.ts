import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { constants, createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Code, type ConnectError } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../../../../test/support/certificates.ts";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { TlsOptions } from "../../src/connection/connection-options.ts";
import { failureOf } from "./failed-call.ts";

/** Well under the deadline of a call. */
const QUICKLY_MS = 2_500;

const authority = createAuthority("Test servers");
const clientAuthority = createAuthority("Test clients");
const strangeAuthority = createAuthority("Strangers");
const ca = authority.cert;
const billing = clientAuthority.issue("billing-api");

let folder: string;
let plain: TestServer;
let tls: TestServer;
let mutual: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scope-registry-client-tls-"));
  const identity = authority.issue("scope-registry");
  const files = { "cert.pem": identity.cert, "key.pem": identity.key, "client-ca.pem": clientAuthority.cert };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const settings = { TLS_CERT: join(folder, "cert.pem"), TLS_KEY: join(folder, "key.pem") };
  plain = await startTestServer();
  tls = await startTestServer({ settings, tls: { ca } });
  mutual = await startTestServer({
    settings: { ...settings, TLS_CLIENT_CA: join(folder, "client-ca.pem") },
    tls: { ca },
  });
});
afterAll(async () => {
  await Promise.all([plain.stop(), tls.stop(), mutual.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that does this with each connection, and nothing else. */
async function rawServer(onSocket: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    closers.push(() => socket.destroy());
    onSocket(socket);
  });
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function listFrom(server: TestServer, options: TlsOptions | boolean | undefined) {
  const token = await server.tokenFor({ scopes: ["read"] });
  await using connection = connectScopeRegistry({ address: server.grpcAddress, tls: options, credentials: { token } });
  return await connection.registry.listScopes({});
}

async function failure(address: string, options: { tls?: TlsOptions | boolean; timeoutMs?: number } = {}) {
  await using connection = connectScopeRegistry({ address, credentials: { token: "any" }, ...options });
  const startedAt = performance.now();
  const error = await failureOf(connection.registry.listScopes({}));
  return { code: error.code, message: error.rawMessage, elapsedMs: performance.now() - startedAt };
}

describe("TLS of a connection", () => {
  it("reaches a registry whose authority it trusts", async () => {
    expect((await listFrom(tls, { ca })).totalSize).toBeGreaterThan(0);
    expect((await listFrom(tls, { ca, serverName: "localhost" })).totalSize).toBeGreaterThan(0);
  });

  it("shows its certificate to a registry that asks for one", async () => {
    expect((await listFrom(mutual, { ca, cert: billing.cert, key: billing.key })).totalSize).toBeGreaterThan(0);
  });

  it.each([
    ["plaintext to a TLS port", () => tls, false, /speaks TLS, and the connection does not: set tls/],
    ["TLS to a plaintext port", () => plain, { ca }, /does not speak TLS: check the port, or say tls: false/],
    ["an authority that is not trusted", () => tls, { ca: strangeAuthority.cert }, /not trusted: set tls\.ca/],
    ["the machine's authorities only", () => tls, true, /not trusted: set tls\.ca/],
    ["another name", () => tls, { ca, serverName: "other.example" }, /another name: .* tls\.serverName/],
    ["no certificate where one is asked for", () => mutual, { ca }, /certificate: set tls\.cert and tls\.key/],
  ] as const)("fails at once and says what to do: %s", async (_case, server, options, message) => {
    const found = await failure(server().grpcAddress, { tls: options });
    expect(found).toMatchObject({ code: Code.FailedPrecondition, message: expect.stringMatching(message) });
    expect(found.elapsedMs).toBeLessThan(QUICKLY_MS);
  });

  it("says that a client certificate of another authority may be the cause", async () => {
    const { cert, key } = strangeAuthority.issue("billing-api");
    const found = await failure(mutual.grpcAddress, { tls: { ca, cert, key } });
    expect(found.message).toContain("it may not trust the certificate in tls.cert");
    expect(found.elapsedMs).toBeLessThan(QUICKLY_MS);
  });

  it("says so when a port speaks HTTP/1 only, to every call", async () => {
    const address = await rawServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
    });
    await using connection = connectScopeRegistry({ address, credentials: "none" });
    const calls: Promise<ConnectError>[] = [];
    // Some meet a connection that is just breaking.
    for (let turn = 0; turn < 100; turn++) {
      calls.push(failureOf(connection.registry.listScopes({})));
      await setImmediate();
    }
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({
        code: Code.FailedPrecondition,
        rawMessage: expect.stringContaining("does not speak HTTP/2"),
      });
    }
  });
});

describe("a stream that is read too slowly", () => {
  it("ends with RESOURCE_EXHAUSTED when the registry cuts it", async () => {
    const first = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<void>();
    const server = createHttp2Server();
    server.on("stream", (stream: ServerHttp2Stream) => {
      stream.on("error", () => undefined);
      stream.on("close", cut.resolve);
      stream.respond({ ":status": 200, "content-type": "application/grpc+proto" });
      // Empty messages, far more than are on their way at once.
      stream.write(Buffer.alloc(5 * 1024 * 1024));
      first.promise.then(() => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM));
    });
    closers.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using connection = connectScopeRegistry({ address: `127.0.0.1:${port}`, credentials: "none" });
    const read = async () => {
      for await (const _ of connection.registry.watchScopes({})) {
        first.resolve();
        await cut.promise;
      }
    };
    const error = await failureOf(read());
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.rawMessage).toContain("too little was read of it");
  });
});

describe("a registry that is away", () => {
  it("is UNAVAILABLE where nothing listens", async () => {
    const found = await failure("127.0.0.1:1");
    expect(found).toMatchObject({
      code: Code.Unavailable,
      message: expect.stringContaining("127.0.0.1:1 cannot be reached"),
    });
    expect(found.elapsedMs).toBeLessThan(QUICKLY_MS);
  });

  it("is UNAVAILABLE where no such host is", async () => {
    const found = await failure("nowhere.invalid:50051");
    expect(found).toMatchObject({ code: Code.Unavailable, message: expect.stringContaining("nowhere.invalid") });
  });

  it("is UNAVAILABLE where connections are reset", async () => {
    const address = await rawServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await failure(address)).toMatchObject({
      code: Code.Unavailable,
      message: expect.stringContaining("was lost"),
    });
    expect((await failure(address, { tls: { ca } })).code).toBe(Code.Unavailable);
  });

  it.each([undefined, { ca }])("ends calls at their deadline while it is silent, with tls %j", async (options) => {
    const address = await rawServer(() => undefined);
    const found = await failure(address, { timeoutMs: 300, ...(options && { tls: options }) });
    expect(found).toMatchObject({ code: Code.DeadlineExceeded, message: expect.stringContaining(address) });
    expect(found.elapsedMs).toBeGreaterThan(250);
    expect(found.elapsedMs).toBeLessThan(QUICKLY_MS);
  });

  it("is UNAVAILABLE where connecting comes to nothing, well before the usual deadline", async () => {
    const address = await rawServer(() => undefined);
    const found = await failure(address, { timeoutMs: 5_000, tls: { ca } });
    expect(found).toMatchObject({ code: Code.Unavailable, message: expect.stringMatching(/^Connecting .* 3000 ms/) });
  });

  /** One that breaks off plaintext connections, and answers no TLS: whether it speaks that takes a second to find out. */
  async function startHalting(): Promise<{ address: string; sockets: Socket[] }> {
    const sockets: Socket[] = [];
    const address = await rawServer((socket) => {
      sockets.push(socket);
      socket.once("data", (data) => {
        if (data.toString("latin1").startsWith("PRI ")) socket.destroy();
      });
    });
    return { address, sockets };
  }

  it("is given up at the deadline also while it is found out what is wrong", async () => {
    const { address } = await startHalting();
    const found = await failure(address, { timeoutMs: 300 });
    expect(found.code).toBe(Code.DeadlineExceeded);
    // Finding out takes a second longer than that, the usual deadline is 5.
    expect(found.elapsedMs).toBeLessThan(QUICKLY_MS);
  });

  it("is left at once by close, also while it is found out what is wrong", async () => {
    const { address, sockets } = await startHalting();
    const connection = connectScopeRegistry({ address, credentials: "none" });
    const unary = failureOf(connection.registry.listScopes({}, { timeoutMs: 60_000 }));
    const stream = failureOf(connection.registry.watchScopes({})[Symbol.asyncIterator]().next());
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed).length).toBeGreaterThan(0);
    const startedAt = performance.now();
    await connection.close();
    for (const error of [await unary, await stream]) {
      expect(error).toMatchObject({ code: Code.Canceled, rawMessage: expect.stringContaining("is closed") });
    }
    await expect.poll(() => sockets.filter((socket) => !socket.destroyed)).toEqual([]);
    // Far less than the calls may take.
    expect(performance.now() - startedAt).toBeLessThan(QUICKLY_MS);
  });

  it("lets the timeout of a call win", async () => {
    const address = await rawServer(() => undefined);
    await using connection = connectScopeRegistry({ address, credentials: "none", timeoutMs: 60_000 });
    const error = await failureOf(connection.registry.validateScopes({}, { timeoutMs: 200 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
  });
});
