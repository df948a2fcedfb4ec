import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { refusalOf } from "../../src/connection/refusal.ts";
import { failureOf } from "./failed-call.ts";
import { startScriptedRegistry } from "./scripted-registry.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe("connectScopeRegistry", () => {
  it("calls the registry with its token", async () => {
    const token = await server.tokenFor({ client: "calls-api", scopes: ["register", "read"] });
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
    const { results } = await connection.registry.registerScopes({
      scopes: [{ name: "calls:read", description: "Read calls" }],
    });
    expect(results[0]?.scope?.owner).toBe("calls-api");
    expect((await connection.registry.listScopes({ owner: "calls-api" })).totalSize).toBe(1);
  });

  it("calls over one connection at once", async () => {
    const token = await server.tokenFor({ scopes: ["read"] });
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
    const pages = await Promise.all(Array.from({ length: 200 }, () => connection.registry.listScopes({})));
    expect(pages).toHaveLength(200);
  });

  it("sends and takes large messages, several at once", async () => {
    const scopes = [{ name: "a", description: "x".repeat(3_500_000) }];
    await using registry = await startScriptedRegistry({
      registerScopes: (request) => ({ results: [{ scope: { description: request.scopes[0]?.description ?? "" } }] }),
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => connection.registry.registerScopes({ scopes })));
    expect(answers.map(({ results }) => results[0]?.scope?.description.length)).toEqual(Array(8).fill(3_500_000));
  });

  it("takes answers while large messages wait to be sent, none of them asked for twice", async () => {
    const scopes = [{ name: "a", description: "x".repeat(3_500_000) }];
    let asked = 0;
    await using registry = await startScriptedRegistry({
      registerScopes: () => ({}),
      listScopes: () => ({ totalSize: ++asked }),
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    // Connecting takes longer than the messages.
    await connection.registry.listScopes({});
    const large = Array.from({ length: 20 }, () => connection.registry.registerScopes({ scopes }));
    const small = Array.from({ length: 20 }, () => connection.registry.listScopes({}));
    await Promise.all([...large, ...small]);
    expect(asked).toBe(21);
  });

  it("sends no token without credentials", async () => {
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: "none" });
    const error = await failureOf(connection.registry.listScopes({}));
    expect(refusalOf(error)).toMatchObject({ code: Code.Unauthenticated, reason: "TOKEN_MISSING" });
  });

  it("leaves an authorization header of the call alone", async () => {
    const token = await server.tokenFor({ scopes: ["read"] });
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token: "unknown" } });
    const headers = { authorization: `Bearer ${token}` };
    expect((await connection.registry.listScopes({}, { headers })).totalSize).toBeGreaterThan(0);
  });

  it("ends a call that its caller gives up", async () => {
    const token = await server.tokenFor({ scopes: ["read"] });
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
    const call = connection.registry.listScopes({}, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
  });
});

describe("refusalOf", () => {
  it("reads what the registry says, every violation included", async () => {
    const token = await server.tokenFor({ client: "refused-api", scopes: ["register"] });
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
    const call = connection.registry.registerScopes({ scopes: [{ name: "a b" }, { name: "c" }] });
    const refusal = refusalOf(await failureOf(call));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_REQUEST", retryAfterMs: undefined });
    expect(refusal?.violations.map(({ field }) => field)).toEqual([
      "scopes[0].name",
      "scopes[0].description",
      "scopes[1].description",
    ]);
    expect(refusal?.message).toContain("scopes[0].name");
  });

  it("is undefined for any other error", () => {
    expect(refusalOf(new Error("other"))).toBeUndefined();
    expect(refusalOf(undefined)).toBeUndefined();
  });
});
