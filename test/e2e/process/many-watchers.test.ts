import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { type WatchScopesRequest, WatchScopesRequestSchema, type WatchScopesResponse } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grpcFrame } from "../../support/raw-calls.ts";
import { connectTo, type RegistryConnection } from "../../support/registry-connection.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";

const WATCHERS = 1_000;
const CHANGES = 20;
const MIB = 1024 * 1024;

describe("many who follow the registry", () => {
  let server: ServerProcess;
  let connection: RegistryConnection;
  beforeAll(async () => {
    server = await startServer();
    connection = connectTo(server);
  });
  afterAll(async () => {
    connection[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  async function register(description: string, count: number): Promise<bigint> {
    const registrant = connection.as(await server.token("billing-api", "scope_registry.register"));
    const scopes = Array.from({ length: count }, (_, at) => ({ name: `billing:${at}`, description }));
    return (await registrant.registerScopes({ scopes })).revision;
  }

  it(`all ${WATCHERS} have every change, in order`, { timeout: 120_000 }, async () => {
    const leaving = new AbortController();
    const reader = connection.as(await server.token("replica", "scope_registry.read"));
    const first = await register("first", 1);
    const begun: Promise<void>[] = [];
    const followed = Array.from({ length: WATCHERS }, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push(promise);
      return follow(reader.watchScopes({}, { signal: leaving.signal, timeoutMs: 0 }), Number(first) + CHANGES, resolve);
    });
    await Promise.all(begun);
    for (let change = 1; change <= CHANGES; change++) await register(`change ${change}`, 1);
    const expected = Array.from({ length: CHANGES }, (_, at) => Number(first) + at + 1);
    for (const revisions of await Promise.all(followed)) expect(revisions).toEqual(expected);
    leaving.abort();
  });

  it("those who take nothing do not grow the server's memory", { timeout: 120_000 }, async () => {
    const stalled = 50;
    const token = await server.token("replica", "scope_registry.read");
    const sessions = await Promise.all(Array.from({ length: stalled }, () => stall(server.grpcAddress, token)));
    // Once around, so that what the server always needs is there before it is measured.
    for (let turn = 0; turn < 20; turn++) await register(`${turn} `.padEnd(1_000, "a"), 1_000);
    const before = await server.memory();
    for (let turn = 0; turn < 40; turn++) await register(`${turn} `.padEnd(1_000, "b"), 1_000);
    const grown = (await server.memory()) - before;
    // Held for each of them, it would be 50 times 40 changes of 2 MiB.
    expect(grown).toBeLessThan(400 * MIB);
    for (const session of sessions) session.destroy();
  });

  it("nor do those who resume after a restart and take nothing: older changes come from the log", {
    timeout: 120_000,
  }, async () => {
    const since = Number(await register("before", 1));
    for (let turn = 0; turn < 40; turn++) await register(`${turn} `.padEnd(1_000, "c"), 1_000);
    await server.stop();
    server = await startServer({ dataDir: server.dataDir });
    connection[Symbol.dispose]();
    connection = connectTo(server);
    const token = await server.token("replica", "scope_registry.read");
    const before = await server.memory();
    const sessions = await Promise.all(
      Array.from({ length: 50 }, () =>
        stall(server.grpcAddress, token, toBinary(WatchScopesRequestSchema, resume(since))),
      ),
    );
    // A reader that takes what it is sent waits for its turn, and has all of it.
    const reader = connection.as(token);
    const revisions = await follow(reader.watchScopes(resume(since), { timeoutMs: 0 }), since + 40, () => undefined);
    expect(new Set(revisions).size).toBe(40);
    // A page of 32 changes each, before and after, would be more than 5 GiB.
    expect((await server.memory()) - before).toBeLessThan(1_000 * MIB);
    for (const session of sessions) session.destroy();
  });
});

function resume(since: number): WatchScopesRequest {
  return create(WatchScopesRequestSchema, { sinceRevision: BigInt(since) });
}

/** Reads until a revision, and returns the revisions of the changes. */
async function follow(
  messages: AsyncIterable<WatchScopesResponse>,
  last: number,
  onSnapshot: () => void,
): Promise<number[]> {
  const revisions: number[] = [];
  for await (const { event } of messages) {
    if (event.case === "snapshot" && event.value.complete) onSnapshot();
    if (event.case === "change") revisions.push(Number(event.value.revision));
    if (revisions.at(-1) === last) break;
  }
  return revisions;
}

/** Follows the registry and takes nothing. */
async function stall(
  address: string,
  token: string,
  request = Buffer.alloc(0) as Uint8Array,
): Promise<ClientHttp2Session> {
  const session = connect(`http://${address}`).on("error", () => undefined);
  const stream = session.request({
    ":method": "POST",
    ":path": "/scoperegistry.v1.ScopeRegistry/WatchScopes",
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${token}`,
  });
  stream.on("error", () => undefined);
  stream.end(grpcFrame(request));
  await once(stream, "response");
  return session;
}
