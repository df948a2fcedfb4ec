import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../../test/support/run-command.ts";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { startTokenEndpoint, type TokenEndpoint } from "./token-endpoint.ts";

const PROGRAM = new URL("open-and-close.ts", import.meta.url).pathname;
const CLOSED = /^\[canceled\] The connection to the registry at http:\/\/127\.0\.0\.1:\d+ is closed: make another$/;

let server: TestServer;
let endpoint: TokenEndpoint;
let token: string;
let silent: Server;
beforeAll(async () => {
  server = await startTestServer();
  token = await server.tokenFor({ scopes: ["read"] });
  endpoint = await startTokenEndpoint(async () => token);
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await server.stop();
  await endpoint[Symbol.asyncDispose]();
  silent.close();
});

const silentAddress = (): string => `127.0.0.1:${(silent.address() as AddressInfo).port}`;

async function run(way: string, address: string, tokenEndpoint: string) {
  const { exitCode, stdout, stderr } = await runCommand(
    process.execPath,
    ["--conditions=scope-registry-source", PROGRAM, way, address, token, tokenEndpoint],
    { timeoutMs: 15_000 },
  );
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as { outcome: string; later: string; laterMs: number; left: string[] };
}

/** What a process does with a connection before it closes it, with which servers, and what becomes of its call. */
const WAYS: readonly (readonly [
  way: string,
  address: () => string,
  tokenEndpoint: () => string,
  outcome: string | RegExp,
])[] = [
  ["token, answered", () => server.grpcAddress, () => endpoint.url, "answered"],
  ["token endpoint, answered", () => server.grpcAddress, () => endpoint.url, "answered"],
  ["token, at once", silentAddress, () => endpoint.url, CLOSED],
  ["token, under way", silentAddress, () => endpoint.url, CLOSED],
  ["token, under way", () => "127.0.0.1:1", () => endpoint.url, CLOSED],
  ["token endpoint, at once", () => server.grpcAddress, () => `http://${silentAddress()}/token`, CLOSED],
  ["token endpoint, under way", () => server.grpcAddress, () => `http://${silentAddress()}/token`, CLOSED],
  ["token endpoint, under way", () => server.grpcAddress, () => "http://127.0.0.1:1/token", CLOSED],
];

describe("close", () => {
  it.each(WAYS)("leaves nothing behind: %s", async (way, address, tokenEndpoint, outcome) => {
    const found = await run(way, address(), tokenEndpoint());
    expect(found).toMatchObject({
      outcome: outcome === "answered" ? outcome : expect.stringMatching(outcome),
      later: expect.stringMatching(CLOSED),
      left: [],
    });
    expect(found.laterMs).toBeLessThan(1_000);
  });

  it("can be called twice, and ends streams", async () => {
    const connection = connectScopeRegistry({ address: silentAddress(), credentials: { token } });
    const reading = (async () => {
      for await (const _ of connection.registry.watchScopes({}));
    })();
    const ended = expect(reading).rejects.toThrow(CLOSED);
    await expect
      .poll(() => new Promise<number>((resolve) => silent.getConnections((_e, n) => resolve(n))))
      .toBeGreaterThan(0);
    await connection.close();
    await connection.close();
    await ended;
  });
});
