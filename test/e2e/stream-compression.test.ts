/** What browsers are answered: they cannot agree on compressing messages, so that bodies are compressed as a whole. */
import { request as httpRequest } from "node:http";
import { connect } from "node:http2";
import type { Readable } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";
import { fromBinary, fromJsonString } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { ScopeRegistry, type WatchScopesResponse, WatchScopesResponseSchema } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callHttp1, grpcFrame } from "../support/raw-calls.ts";
import { startTestServer, type TestServer, unique } from "../support/test-server.ts";
import { WatchReader } from "../support/watch-reader.ts";

const WATCH = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
const LIST = "/scoperegistry.v1.ScopeRegistry/ListScopes";

let server: TestServer;
let authorization: string;
beforeAll(async () => {
  server = await startTestServer();
  authorization = `Bearer ${await server.tokenFor({ client: "page", scopes: ["read"] })}`;
  await register(...Array.from({ length: 1_000 }, () => unique("many:read")));
});
afterAll(() => server.stop());

async function register(...names: string[]): Promise<void> {
  const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
  await registry.registerScopes({ scopes: names.map((name) => ({ name, description: `Read ${name}` })) });
}

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readable;
  close(): void;
}

type Post = (path: string, headers: Record<string, string>, body: Buffer) => Promise<Answer>;

const overHttp1: Post = (path, headers, body) =>
  new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, server.httpUrl), { method: "POST", headers, agent: false }, (response) =>
      resolve({ headers: response.headers, body: response, close: () => request.destroy() }),
    );
    request.once("error", reject);
    request.end(body);
  });

const overHttp2: Post = (path, headers, body) =>
  new Promise((resolve, reject) => {
    const session = connect(server.httpUrl);
    session.once("error", reject);
    const stream = session.request({ ":method": "POST", ":path": path, ...headers });
    stream.once("error", reject);
    stream.once("response", (seen) => resolve({ headers: seen, body: stream, close: () => session.destroy() }));
    stream.end(body);
  });

/** The messages of a body, each as soon as it is there. */
async function* messagesOf(body: Readable, json: boolean): AsyncGenerator<WatchScopesResponse> {
  let bytes = Buffer.alloc(0);
  for await (const piece of body) {
    bytes = Buffer.concat([bytes, piece]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const message = bytes.subarray(5, 5 + bytes.readUInt32BE(1));
      bytes = bytes.subarray(5 + message.length);
      yield json
        ? fromJsonString(WatchScopesResponseSchema, message.toString())
        : fromBinary(WatchScopesResponseSchema, message);
    }
  }
}

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
] as const)("a stream over %s", (_name, post) => {
  it.each([
    ["application/connect+proto", false],
    ["application/connect+json", true],
    ["application/grpc-web+proto", false],
  ] as const)("of %s comes compressed, each change at once", async (contentType, json) => {
    const name = unique("live:read");
    const headers = { authorization, "content-type": contentType, "accept-encoding": "gzip, br" };
    const answer = await post(WATCH, headers, grpcFrame(Buffer.from(json ? "{}" : "")));
    expect(answer.headers).toMatchObject({ "content-encoding": "gzip", "content-type": contentType });
    expect(answer.headers["vary"]).toContain("Accept-Encoding");
    let bytes = 0;
    answer.body.on("data", (piece: Buffer) => {
      bytes += piece.length;
    });
    let unpacked = 0;
    const gunzip = createGunzip();
    gunzip.on("data", (piece: Buffer) => {
      unpacked += piece.length;
    });
    answer.body.on("error", () => undefined);
    const seen: string[] = [];
    for await (const { event } of messagesOf(answer.body.pipe(gunzip), json)) {
      if (event.case === "snapshot" && event.value.complete) {
        expect(bytes).toBeLessThan(unpacked / 4);
        await register(name);
      }
      if (event.case === "change") seen.push(...event.value.changes.flatMap(({ after }) => after?.name ?? []));
      if (seen.includes(name)) break;
    }
    answer.close();
    expect(seen).toContain(name);
  });

  it.each([
    ["is not asked for", "application/connect+proto", { "accept-encoding": "identity" }, undefined],
    ["is refused", "application/grpc-web+proto", { "accept-encoding": "gzip;q=0, br" }, undefined],
    [
      "is agreed on for messages",
      "application/connect+proto",
      { "accept-encoding": "gzip", "connect-accept-encoding": "gzip" },
      "connect-content-encoding",
    ],
    [
      "is agreed on for messages",
      "application/grpc-web+proto",
      { "accept-encoding": "gzip", "grpc-accept-encoding": "gzip" },
      "grpc-encoding",
    ],
  ])("comes as it is where compression %s, by %s", async (_why, contentType, more, agreed) => {
    const headers = { authorization, "content-type": contentType, ...more };
    const answer = await post(WATCH, headers, grpcFrame(Buffer.alloc(0)));
    expect(answer.headers["content-encoding"]).toBeUndefined();
    if (agreed !== undefined) expect(answer.headers[agreed]).toBe("gzip");
    answer.body.on("error", () => undefined);
    answer.close();
  });

  it.each([1, 3, 5, 8, 13, 20, 40, 80, 300])(
    "ends in order by a deadline of %d ms, wherever that is",
    async (timeoutMs) => {
      const headers = {
        authorization,
        "content-type": "application/connect+json",
        "accept-encoding": "gzip",
        "connect-timeout-ms": String(timeoutMs),
      };
      const { body, close } = await post(WATCH, headers, grpcFrame(Buffer.from("{}")));
      const pieces: Buffer[] = [];
      for await (const piece of body) pieces.push(piece);
      close();
      expect(gunzipSync(Buffer.concat(pieces)).toString()).toContain('"code":"deadline_exceeded"');
    },
  );
});

describe("a browser's client", () => {
  const seen: string[] = [];
  const noting: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    seen.push(`${response.headers.get("content-type")} ${response.headers.get("content-encoding")}`);
    return response;
  };
  const clientOf = (transport: Transport) => createClient(ScopeRegistry, transport);
  const options = () => ({
    baseUrl: server.httpUrl,
    fetch: noting,
    interceptors: [
      (next: (request: never) => never) => (request: { header: Headers }) => {
        request.header.set("authorization", authorization);
        return next(request as never);
      },
    ] as never,
  });

  it.each([
    [
      "Connect with JSON",
      () => createConnectTransport(options()),
      "application/connect+json gzip",
      "application/json gzip",
    ],
    [
      "Connect with binary messages",
      () => createConnectTransport({ ...options(), useBinaryFormat: true }),
      "application/connect+proto gzip",
      "application/proto gzip",
    ],
    [
      "gRPC-Web",
      () => createGrpcWebTransport(options()),
      "application/grpc-web+proto gzip",
      "application/grpc-web+proto gzip",
    ],
  ])("by %s gets streams and answers compressed", async (_name, transport, streamed, answered) => {
    const name = unique("live:read");
    const client = clientOf(transport());
    const reader = new WatchReader(client);
    await reader.snapshot();
    expect(seen.splice(0)).toEqual([streamed]);
    await register(name);
    expect((await reader.change())?.changes.map(({ after }) => after?.name)).toContain(name);
    reader.leave();
    expect((await client.listScopes({ pageSize: 1_000 })).scopes).toHaveLength(1_000);
    expect(seen.splice(0)).toEqual([answered]);
  });
});

describe("an answer in JSON", () => {
  it("is compressed if it is long", async () => {
    const list = (pageSize: number) =>
      callHttp1(server.httpUrl, LIST, {
        headers: { authorization, "content-type": "application/json", "accept-encoding": "gzip" },
        body: JSON.stringify({ pageSize }),
      });
    const long = await list(1_000);
    expect(long.headers["content-encoding"]).toBe("gzip");
    expect(JSON.parse(gunzipSync(long.body).toString()).scopes).toHaveLength(1_000);
    const short = await list(1);
    expect(short.headers["content-encoding"]).toBeUndefined();
    expect(JSON.parse(short.body.toString()).scopes).toHaveLength(1);
  });
});
