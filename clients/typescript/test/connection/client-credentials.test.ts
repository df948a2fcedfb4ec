import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { ClientCredentials } from "../../src/connection/credentials.ts";
import { failureOf } from "./failed-call.ts";
import { startTokenEndpoint, type TokenEndpoint } from "./token-endpoint.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const mint = () => server.tokenFor({ client: "billing-api", scopes: ["read"] });

function connect(endpoint: TokenEndpoint, overrides: Partial<ClientCredentials> = {}) {
  const { url, clientId, clientSecret } = endpoint;
  const where = overrides.issuer === undefined ? { tokenEndpoint: url } : {};
  const secret = overrides.clientSecretFile === undefined ? { clientSecret } : {};
  const clientCredentials = { clientId, scope: "scope_registry.read", ...where, ...secret, ...overrides };
  return connectScopeRegistry({ address: server.grpcAddress, credentials: { clientCredentials } });
}

describe("client credentials", () => {
  it("get one token for all calls at once, and keep it", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    await using connection = connect(endpoint);
    await Promise.all(Array.from({ length: 20 }, () => connection.registry.listScopes({})));
    await connection.registry.listScopes({});
    expect(endpoint.requests).toHaveLength(1);
  });

  it("ask as RFC 6749 section 4.4 says", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    await using connection = connect(endpoint, {
      resource: ["https://a.example/", "https://b.example/"],
      audience: "reg",
    });
    await connection.registry.listScopes({});
    const { parameters, authorization } = endpoint.requests[0] ?? {};
    expect([...(parameters ?? [])]).toEqual([
      ["scope", "scope_registry.read"],
      ["resource", "https://a.example/"],
      ["resource", "https://b.example/"],
      ["audience", "reg"],
      ["grant_type", "client_credentials"],
    ]);
    expect(authorization).toMatch(/^Basic /);
  });

  it("can post the secret, and read it from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scope-registry-secret-"));
    await using endpoint = await startTokenEndpoint(mint);
    const clientSecretFile = join(folder, "secret");
    await using connection = connect(endpoint, { clientSecretFile, authentication: "client_secret_post" });
    expect((await failureOf(connection.registry.listScopes({}))).rawMessage).toContain(
      `${clientSecretFile} cannot be read`,
    );
    await writeFile(clientSecretFile, `${endpoint.clientSecret}\n`);
    await connection.registry.listScopes({});
    expect(endpoint.requests[0]?.authorization).toBeUndefined();
    await rm(folder, { recursive: true });
  });

  it.each(["oauth-authorization-server", "openid-configuration"])("find the token endpoint in %s", async (metadata) => {
    await using endpoint = await startTokenEndpoint(mint, { metadata });
    await using connection = connect(endpoint, { issuer: endpoint.issuer });
    await connection.registry.listScopes({});
    expect(endpoint.metadataRequests.at(-1)).toBe(`/.well-known/${metadata}`);
  });

  it("say so when there is no metadata", async () => {
    await using endpoint = await startTokenEndpoint(mint, { metadata: "nothing" });
    await using connection = connect(endpoint, { issuer: endpoint.issuer });
    const { code, rawMessage } = await failureOf(connection.registry.listScopes({}));
    expect(code).toBe(Code.Unauthenticated);
    expect(rawMessage).toContain(`The issuer ${endpoint.issuer} has no metadata with a token_endpoint`);
    expect(rawMessage).toContain("/.well-known/openid-configuration answers status 404");
    expect(endpoint.metadataRequests).toHaveLength(2);
  });

  it("name an issuer that cannot be reached, and recover when it is back", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    await using connection = connect(endpoint, { issuer: endpoint.issuer });
    await endpoint.goDown();
    const { code, rawMessage } = await failureOf(connection.registry.listScopes({}));
    expect(code).toBe(Code.Unavailable);
    expect(rawMessage).toMatch(`The issuer ${endpoint.issuer} cannot be reached: `);
    await endpoint.comeBack();
    await connection.registry.listScopes({});
  });

  it.each([
    [
      "/: set issuer to exactly that",
      (issuer: string) => ({ issuer: `${issuer}/`, token_endpoint: `${issuer}/token` }),
    ],
    ["of another issuer;", () => ({ issuer: "https://name:hunter2@login.example.com" })],
    ["names no token_endpoint", (issuer: string) => ({ issuer })],
    ["must be an https", (issuer: string) => ({ issuer, token_endpoint: "http://login.example.com/token" })],
  ])("send no secret where the metadata cannot be used: it %s", async (problem, metadataOf) => {
    await using endpoint = await startTokenEndpoint(mint, { metadataOf });
    await using connection = connect(endpoint, { issuer: endpoint.issuer });
    const { code, rawMessage } = await failureOf(connection.registry.listScopes({}));
    expect({ code, rawMessage }).toEqual({
      code: Code.Unauthenticated,
      rawMessage: expect.stringContaining(problem),
    });
    expect(rawMessage).not.toContain("hunter2");
    expect(endpoint.metadataRequests).toHaveLength(2);
    expect(endpoint.requests).toEqual([]);
  });

  it("get the next token shortly before the last expires", async () => {
    await using endpoint = await startTokenEndpoint(mint, { expiresIn: 1 });
    await using connection = connect(endpoint);
    const startedAt = performance.now();
    await connection.registry.listScopes({});
    await expect.poll(() => connection.registry.listScopes({}).then(() => endpoint.requests.length)).toBe(2);
    expect(performance.now() - startedAt).toBeGreaterThan(890);
  });

  it("drop a token that the registry refuses, and make the call again with another", async () => {
    let minted = 0;
    await using endpoint = await startTokenEndpoint(() => {
      minted += 1;
      const exp = Math.floor(Date.now() / 1000) + (minted === 1 ? -60 : 60);
      return server.tokenFor({ scopes: ["read"], claims: { exp } });
    });
    await using connection = connect(endpoint);
    expect((await connection.registry.listScopes({})).totalSize).toBeGreaterThan(0);
    expect(endpoint.requests).toHaveLength(2);
  });

  it("make a call no third time", async () => {
    await using endpoint = await startTokenEndpoint(() => server.tokenFor({ scopes: ["read"], claims: { exp: 1 } }));
    await using connection = connect(endpoint);
    expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code: Code.Unauthenticated });
    expect(endpoint.requests).toHaveLength(2);
  });

  it("get few tokens while the registry refuses each", async () => {
    await using endpoint = await startTokenEndpoint(() => server.tokenFor({ scopes: ["read"], claims: { exp: 1 } }));
    await using connection = connect(endpoint);
    for (let call = 0; call < 10; call++) {
      expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code: Code.Unauthenticated });
    }
    expect(endpoint.requests).toHaveLength(2);
    const later = performance.now() + 6_000;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => later);
    await failureOf(connection.registry.listScopes({}));
    clock.mockRestore();
    expect(endpoint.requests).toHaveLength(3);
  });

  it("that are refused fail at once, with the OAuth error and without the secret", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    await using connection = connect(endpoint, { clientSecret: "wrong-s3cret" });
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.rawMessage).toBe(
      `The token endpoint ${endpoint.url} refuses the client billing:api (invalid_client: No such client): check its id, secret and scopes`,
    );
    expect(endpoint.requests).toHaveLength(1);
  });

  it("never show a secret that the token endpoint quotes", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    endpoint.answer(({ parameters }) => ({
      status: 400,
      body: { error: "invalid_request", error_description: `no such secret ${parameters.get("client_secret")}` },
    }));
    await using connection = connect(endpoint, { authentication: "client_secret_post" });
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error.rawMessage).toContain("(invalid_request)");
    expect(JSON.stringify([error, error.message, error.cause, error.stack])).not.toContain(endpoint.clientSecret);
  });

  it.each([500, 503, 429])("are tried again after status %d", async (status) => {
    await using endpoint = await startTokenEndpoint(mint);
    let failures = 0;
    endpoint.answer(async () => {
      failures += 1;
      if (failures === 2) endpoint.answer(undefined);
      return { status, body: {} };
    });
    await using connection = connect(endpoint);
    await connection.registry.listScopes({});
    expect(endpoint.requests).toHaveLength(3);
  });

  it("share a failure, do not keep it, and recover when the token endpoint is back", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    endpoint.answer(() => ({ status: 503, body: {} }));
    await using connection = connect(endpoint);
    const errors = await Promise.all(Array.from({ length: 10 }, () => failureOf(connection.registry.listScopes({}))));
    for (const error of errors) {
      expect(error.code).toBe(Code.Unavailable);
      expect(error.rawMessage).toBe(`The token endpoint ${endpoint.url} gives no token (it answers status 503)`);
    }
    expect(endpoint.requests).toHaveLength(3);
    endpoint.answer(undefined);
    await connection.registry.listScopes({});
  });

  it("name a token endpoint that is down, and recover when it is back", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    await using connection = connect(endpoint);
    await endpoint.goDown();
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.rawMessage).toBe(`The token endpoint ${endpoint.url} gives no token (ECONNREFUSED)`);
    await endpoint.comeBack();
    await connection.registry.listScopes({});
  });

  it("end a call at its deadline while the token endpoint is silent", async () => {
    await using endpoint = await startTokenEndpoint(mint);
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    endpoint.answer(async () => {
      await answered;
      return { body: { access_token: await mint(), token_type: "Bearer" } };
    });
    await using connection = connect(endpoint);
    const error = await failureOf(connection.registry.listScopes({}, { timeoutMs: 300 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(error.rawMessage).toContain(endpoint.url);
    resolve();
    await connection.registry.listScopes({});
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each([
    ["no JSON", "<html>"],
    ["no token", { token_type: "Bearer" }],
    ["a token for no header", { access_token: "a\nb", token_type: "Bearer" }],
    ["another kind of token", { access_token: "abc", token_type: "mac" }],
    ["far too much", "x".repeat(300_000)],
  ])("refuse an answer that has %s", async (_case, body) => {
    await using endpoint = await startTokenEndpoint(mint);
    endpoint.answer(() => ({ body }));
    await using connection = connect(endpoint);
    const error = await failureOf(connection.registry.listScopes({}));
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: expect.stringContaining(endpoint.url) });
  });
});
