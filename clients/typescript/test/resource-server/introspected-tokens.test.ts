import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { ScopeRegistryConnection } from "../../src/connection/scope-registry-connection.ts";
import { type IntrospectedTokensOptions, introspectedTokens } from "../../src/resource-server/introspected-tokens.ts";
import { createProtectedResource } from "../../src/resource-server/protected-resource.ts";
import { TokenRefusedError, TokenUncheckedError } from "../../src/tokens/token-errors.ts";
import { startScriptedRegistry } from "../connection/scripted-registry.ts";

const BILLING = "https://billing.example.com/v1";
const now = () => Math.floor(Date.now() / 1_000);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Puts the clock that nobody sets forward. */
function passTime(milliseconds: number): void {
  const later = performance.now() + milliseconds;
  vi.spyOn(performance, "now").mockReturnValue(later);
}

type Connection = Pick<ScopeRegistryConnection, "registry">;

/** Passes calls on, and counts them. */
function counted({ registry }: Connection) {
  const calls = { introspect: 0 };
  const introspect: Connection["registry"]["introspect"] = (request, options) => {
    calls.introspect += 1;
    return registry.introspect(request, options);
  };
  return { connection: { registry: { ...registry, introspect } }, calls };
}

describe("introspectedTokens", () => {
  let server: TestServer;
  let billing: Connection;
  beforeAll(async () => {
    server = await startTestServer({ opaqueTokens: true });
    billing = await server.as({ client: "billing-api", scopes: ["register", "introspect"] });
    const docs = await server.as({ client: "docs-api", scopes: ["register"] });
    const scopes = [{ name: "invoices:read", description: "Read invoices", resources: [BILLING] }];
    await billing.registry.registerScopes({ scopes });
    await docs.registry.registerScopes({ scopes: [{ name: "docs:read", description: "Read documents" }] });
  });
  afterAll(() => server.stop());

  const claims = { client_id: "web-shop", sub: "alice", aud: BILLING, scope: "invoices:read docs:read" };
  const checkerOf = (connection: Connection, options: Partial<IntrospectedTokensOptions> = {}) =>
    introspectedTokens({ connection, ...options })(BILLING);

  it("tells what the registry says: the resource server's own scopes, of JWTs and of opaque tokens", async () => {
    const exp = now() + 60;
    for (const token of [await server.issuer.mint({ ...claims, exp }), server.issuer.know({ ...claims, exp })]) {
      expect(await checkerOf(billing).check(token)).toMatchObject({
        accessToken: {
          clientId: "web-shop",
          subject: "alice",
          scopes: ["invoices:read"],
          expiresAt: exp,
          issuer: server.issuer.issuer,
          audience: [BILLING],
          claims: { active: true, client_id: "web-shop", sub: "alice", exp },
        },
        binding: undefined,
      });
    }
  });

  it("refuses a token that is not active, is meant for others, or is bound to a DPoP key", async () => {
    const both = ["https://billing.example.com/v2", "https://nobody.example.com"];
    for (const changed of [
      { exp: now() - 60 },
      { aud: "https://docs.example.com" },
      { aud: both },
      { cnf: { jkt: "k" } },
    ]) {
      const token = await server.issuer.mint({ ...claims, ...changed });
      await expect(checkerOf(billing).check(token)).rejects.toThrow(TokenRefusedError);
    }
    await expect(checkerOf(billing).check("made-up")).rejects.toThrow("is not active");
  });

  it("accepts the audiences of the options, and a token whose issuer tells none", async () => {
    const checker = checkerOf(billing, { audience: ["billing", "accounts"] });
    expect(
      (await checker.check(server.issuer.know({ ...claims, aud: ["accounts", "x"] }))).accessToken.audience,
    ).toContain("x");
    await expect(checker.check(server.issuer.know({ ...claims, aud: BILLING }))).rejects.toThrow("another resource");
    expect((await checker.check(server.issuer.know({ ...claims, aud: undefined }))).accessToken.audience).toEqual([]);
  });

  it("gives the binding to a certificate on, to be checked", async () => {
    const token = await server.issuer.mint({ ...claims, cnf: { "x5t#S256": "thumbprint" } });
    expect((await checkerOf(billing).check(token)).binding).toEqual({ certificateSha256: "thumbprint" });
  });

  it("asks once for many requests at once, and again when the answer is old", async () => {
    const { connection, calls } = counted(billing);
    const checker = checkerOf(connection, { cacheSeconds: 10 });
    const token = server.issuer.know(claims);
    await Promise.all(Array.from({ length: 20 }, () => checker.check(token)));
    expect(calls.introspect).toBe(1);
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      server.issuer.revoke(token);
      vi.setSystemTime(Date.now() + 9_000);
      await checker.check(token);
      expect(calls.introspect).toBe(1);
      vi.setSystemTime(Date.now() + 2_000);
      await expect(checker.check(token)).rejects.toThrow("is not active");
      await expect(checker.check(token)).rejects.toThrow("is not active");
      expect(calls.introspect).toBe(2);
      vi.setSystemTime(Date.now() + 6_000);
      await expect(checker.check(token)).rejects.toThrow("is not active");
      expect(calls.introspect).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it("asks for each request, if nothing is to be remembered", async () => {
    const { connection, calls } = counted(billing);
    const checker = checkerOf(connection, { cacheSeconds: 0 });
    const token = server.issuer.know(claims);
    await checker.check(token);
    server.issuer.revoke(token);
    await expect(checker.check(token)).rejects.toThrow("is not active");
    expect(calls.introspect).toBe(2);
  });

  it("keeps no more answers than it may, and made-up tokens push out no real one", async () => {
    const { connection, calls } = counted(billing);
    const checker = checkerOf(connection, { maxCached: 2 });
    const [first, second, third] = [1, 2, 3].map(() => server.issuer.know(claims)) as [string, string, string];
    await checker.check(first);
    await checker.check(second);
    for (const madeUp of ["x1", "x2", "x3"]) await expect(checker.check(madeUp)).rejects.toThrow(TokenRefusedError);
    await checker.check(second);
    expect(calls.introspect).toBe(5);
    await checker.check(third);
    await checker.check(first);
    expect(calls.introspect).toBe(7);
  });

  it("cannot check a token while the registry cannot, or not in time, and goes on with other tokens", async () => {
    const checker = checkerOf(billing);
    const hurried = checkerOf(billing, { timeoutMs: 500 });
    const token = server.issuer.know(claims);
    server.issuer.slowDown(2_000);
    await expect(hurried.check(token)).rejects.toThrow(TokenUncheckedError);
    server.issuer.slowDown(0);
    await server.issuer.goDown();
    await expect(checker.check(server.issuer.know(claims))).rejects.toMatchObject({
      name: "TokenUncheckedError",
      retryAfterSeconds: 5,
    });
    expect((await checker.check(await server.issuer.mint(claims))).accessToken.subject).toBe("alice");
    await server.issuer.comeBack();
  });

  it("answers 500, not 401, if the resource server itself may not ask", async () => {
    const reported: unknown[] = [];
    const resource = createProtectedResource({
      resource: BILLING,
      authorizationServers: [server.issuer.issuer],
      tokens: introspectedTokens({ connection: await server.as({ client: "billing-api", scopes: [] }) }),
      scopesSupported: [],
      onError: (error) => reported.push(error),
    });
    const authorization = `Bearer ${server.issuer.know(claims)}`;
    const decision = await resource.authorize({ authorization, requiredScopes: [] });
    expect(decision).toMatchObject({ granted: false, refusal: { status: 500 } });
    expect(String(reported[0])).toContain("permission_denied");
  });
});

/** A registry that knows one token, and says nothing about others; about all, while it is silent. */
async function startHesitantRegistry() {
  const asked: string[] = [];
  let silent = false;
  const registry = await startScriptedRegistry({
    introspect({ token }) {
      asked.push(token);
      const { promise } = Promise.withResolvers<never>();
      return token === "good" && !silent ? { active: true, clientId: "web-shop" } : promise;
    },
  });
  const connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
  return {
    asked,
    connection,
    fallSilent(is: boolean) {
      silent = is;
    },
    async [Symbol.asyncDispose]() {
      await connection.close();
      await registry[Symbol.asyncDispose]();
    },
  };
}

describe("introspectedTokens, with a registry that hesitates", () => {
  it("goes on with a token that was good before, however many made-up ones wait for an answer", async () => {
    await using registry = await startHesitantRegistry();
    const checker = introspectedTokens({ connection: registry.connection, cacheSeconds: 0, timeoutMs: 20_000 })(
      BILLING,
    );
    await checker.check("good");
    const waiting = Promise.allSettled(Array.from({ length: 1_000 }, (_, at) => checker.check(`made-up-${at}`)));
    await expect.poll(() => registry.asked.length).toBe(1_001);
    await expect(checker.check("one-more")).rejects.toThrow("Too many tokens");
    expect((await checker.check("good")).accessToken.clientId).toBe("web-shop");
    await registry.connection.close();
    await waiting;
  });

  it("asks no more for two seconds when three questions had no answer, and none was given meanwhile", async () => {
    await using registry = await startHesitantRegistry();
    const checker = introspectedTokens({ connection: registry.connection, cacheSeconds: 0, timeoutMs: 1_000 })(BILLING);
    const ask = (token: string) => expect(checker.check(token)).rejects.toThrow(TokenUncheckedError);
    for (const token of ["a", "b", "c", "d"]) {
      const unanswered = ask(token);
      await checker.check("good");
      await unanswered;
    }
    expect(registry.asked).toHaveLength(8);
    registry.fallSilent(true);
    for (const token of ["a", "b", "c"]) await ask(token);
    expect(registry.asked).toHaveLength(11);
    await ask("d");
    expect(registry.asked).toHaveLength(11);
    registry.fallSilent(false);
    passTime(2_000);
    await checker.check("good");
  });

  it("lets one request find out whether it is back, and all once it is", async () => {
    await using registry = await startHesitantRegistry();
    const checker = introspectedTokens({ connection: registry.connection, cacheSeconds: 0, timeoutMs: 1_000 })(BILLING);
    registry.fallSilent(true);
    const outcomes = (names: string[]) => Promise.allSettled(names.map((name) => checker.check(name)));
    await outcomes(["a", "b", "c"]);
    passTime(2_000);
    await outcomes(["d", "e", "f"]);
    expect(registry.asked).toHaveLength(4);
    registry.fallSilent(false);
    vi.restoreAllMocks();
    passTime(5_000);
    await checker.check("good");
    await outcomes(["g", "h", "i"]);
    expect(registry.asked).toHaveLength(8);
  });
});

describe("introspectedTokens, with a registry that has stopped", () => {
  it("cannot check tokens, and lets one request in two seconds find that out", async () => {
    const server = await startTestServer();
    const credentials = { token: await server.tokenFor({ client: "billing-api", scopes: ["introspect"] }) };
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials });
    const tokens = await Promise.all([1, 2].map(() => server.issuer.mint({ aud: BILLING })));
    await server.stop();
    const { connection: watched, calls } = counted(connection);
    const checker = introspectedTokens({ connection: watched, timeoutMs: 500 })(BILLING);
    for (const token of tokens) {
      await expect(checker.check(token)).rejects.toMatchObject({ name: "TokenUncheckedError", retryAfterSeconds: 2 });
    }
    expect(calls.introspect).toBe(1);
    passTime(3_000);
    await expect(checker.check("another")).rejects.toThrow(TokenUncheckedError);
    expect(calls.introspect).toBe(2);
  });
});
