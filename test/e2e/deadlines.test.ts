import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROTOCOLS } from "../support/protocols.ts";
import { callHttp1, callHttp2, grpcFrame } from "../support/raw-calls.ts";
import { expectReadable } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer } from "../support/test-server.ts";

/** How long the issuer takes for an answer, so that a call can be given up in the middle. */
const SLOW_MS = 500;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ opaqueTokens: true });
});
afterAll(() => server.stop());

async function codeOf(call: Promise<unknown>): Promise<Code> {
  const error = await call.then(
    () => new Error("The call was answered"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectError)) throw error;
  return error.code;
}

describe.each(PROTOCOLS)("a call that is given up, by $name", (protocol) => {
  let caller: Clients["registry"];
  beforeAll(async () => {
    caller = (await server.as({ scopes: ["introspect", "introspectAll", "read"] }, protocol)).registry;
  });

  it("ends at its deadline, and the next one is answered", async () => {
    const token = server.issuer.know({ client_id: "shop" });
    server.issuer.slowDown(SLOW_MS);
    expect(await codeOf(caller.introspect({ token }, { timeoutMs: 100 }))).toBe(Code.DeadlineExceeded);
    server.issuer.slowDown(0);
    expect((await caller.introspect({ token }, { timeoutMs: 10_000 })).active).toBe(true);
  });

  it("ends when its caller cancels it, and the next one is answered", async () => {
    const token = server.issuer.know({ client_id: "shop" });
    server.issuer.slowDown(SLOW_MS);
    const gone = new AbortController();
    const call = caller.introspect({ token }, { signal: gone.signal });
    setTimeout(() => gone.abort(), 100);
    expect(await codeOf(call)).toBe(Code.Canceled);
    server.issuer.slowDown(0);
    expect((await caller.introspect({ token })).active).toBe(true);
  });

  it("was given up before it began", async () => {
    expect(await codeOf(caller.listScopes({}, { signal: AbortSignal.abort() }))).toBe(Code.Canceled);
    expect((await caller.listScopes({})).totalSize).toBe(7);
  });
});

describe("a call that takes longer than its caller said that it waits", () => {
  // By bytes: a client of a library gives up by its own clock, whatever the server does.
  it.each([
    ["the gRPC port", () => `http://${server.grpcAddress}`],
    ["gRPC on the HTTP port", () => server.httpUrl],
  ] as const)("is answered DEADLINE_EXCEEDED by the server, on %s", async (_port, origin) => {
    const authorization = `Bearer ${await server.tokenFor({ scopes: ["introspect"] })}`;
    const token = server.issuer.know();
    server.issuer.slowDown(SLOW_MS);
    const message = Buffer.concat([Buffer.from([0x0a, token.length]), Buffer.from(token)]);
    const answer = await callHttp2(origin(), "/scoperegistry.v1.ScopeRegistry/Introspect", {
      headers: { authorization, "grpc-timeout": "200m" },
      body: grpcFrame(message),
    });
    server.issuer.slowDown(0);
    expect(answer.code).toBe("DEADLINE_EXCEEDED");
  });

  it("is answered deadline_exceeded by Connect", async () => {
    const authorization = `Bearer ${await server.tokenFor({ scopes: ["introspect"] })}`;
    const token = server.issuer.know();
    server.issuer.slowDown(SLOW_MS);
    const answer = await callHttp1(server.httpUrl, "/scoperegistry.v1.ScopeRegistry/Introspect", {
      headers: { authorization, "content-type": "application/json", "connect-timeout-ms": "200" },
      body: JSON.stringify({ token }),
    });
    server.issuer.slowDown(0);
    expect(answer).toMatchObject({ code: "DEADLINE_EXCEEDED", reason: "DEADLINE_EXCEEDED" });
    expectReadable(answer.message);
  });
});
