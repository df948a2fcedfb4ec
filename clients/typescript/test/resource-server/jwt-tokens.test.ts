import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startTestIssuer, type TestIssuer } from "../../../../test/support/test-issuer.ts";
import type { TokenChecker } from "../../src/resource-server/access-token.ts";
import { type JwtTokensOptions, jwtTokens } from "../../src/resource-server/jwt-tokens.ts";
import { TokenRefusedError, TokenUncheckedError } from "../../src/tokens/token-errors.ts";

const BILLING = "https://billing.example.com/v1";
const now = () => Math.floor(Date.now() / 1_000);

describe("jwtTokens", () => {
  let issuer: TestIssuer;
  let checker: TokenChecker;
  const checkerWith = (options: Partial<JwtTokensOptions>) => jwtTokens({ issuer: issuer.issuer, ...options })(BILLING);
  const mint: TestIssuer["mint"] = (claims, options) => issuer.mint({ aud: BILLING, scope: "a b", ...claims }, options);
  beforeEach(async () => {
    issuer = await startTestIssuer({ path: "/realms/shop", algorithms: ["ES256", "RS256"] });
    checker = checkerWith({});
  });
  afterEach(async () => {
    vi.useRealTimers();
    await issuer.stop();
  });

  it("tells what the token says", async () => {
    const exp = now() + 60;
    const token = await mint({ sub: "alice", client_id: "web-shop", exp, aud: ["other", BILLING], acr: { level: 2 } });
    const { accessToken, binding } = await checker.check(token);
    expect(accessToken).toEqual({
      clientId: "web-shop",
      subject: "alice",
      scopes: ["a", "b"],
      expiresAt: exp,
      issuer: issuer.issuer,
      audience: ["other", BILLING],
      claims: decodeJwt(token),
    });
    expect(binding).toBeUndefined();
  });

  it("shows no request a token that another one has changed", async () => {
    const token = await mint({ acr: { level: 2 } });
    const { accessToken } = await checker.check(token);
    expect(() => accessToken.scopes.push("admin")).toThrow(TypeError);
    expect(() => Object.assign(accessToken.claims["acr"] as object, { level: 9 })).toThrow(TypeError);
  });

  const refused: [string, Record<string, unknown>, object?][] = [
    ["for another resource", { aud: "https://other.example.com" }],
    ["for no resource", { aud: undefined }],
    ["that has expired", { exp: now() - 6 }],
    ["without an end", { exp: undefined }],
    ["that is not valid yet", { nbf: now() + 600 }],
    ["that is issued in the future", { iat: now() + 600 }],
    ["of another issuer", { iss: "https://login.example.com" }],
    ["without an issuer", { iss: undefined }],
    ["without a client", { client_id: undefined }],
    ["whose scope is no text", { scope: 7 }],
    ["bound to a DPoP key", { cnf: { jkt: "key" } }],
    ["bound to a DPoP key and a certificate", { cnf: { jkt: "key", "x5t#S256": "thumbprint" } }],
    ["bound to a certificate and more", { cnf: { "x5t#S256": "thumbprint", jwe: "x" } }],
    ["bound in an unknown way", { cnf: { kid: "1" } }],
    ["bound to nothing", { cnf: {} }],
    ["with a malformed binding", { cnf: "thumbprint" }],
    ["of type JWT", {}, { typ: "JWT" }],
    ["of no type", {}, { typ: null }],
    ["signed with an unknown key", {}, { kid: "unknown" }],
    ["signed with a secret", {}, { alg: "HS256", key: new Uint8Array(32) }],
  ];
  it.each(refused)("refuses a token %s", async (_what, claims, options) => {
    const token = await mint(claims, options);
    await expect(checker.check(token)).rejects.toThrow(TokenRefusedError);
    await expect(checker.check(token)).rejects.not.toThrow(token);
  });

  it("refuses what is not signed, and what is no JWT", async () => {
    const [, payload] = (await mint()).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
    for (const token of [`${header}.${payload}.`, "a.b.c", "opaque", `${await mint()}x`]) {
      await expect(checker.check(token)).rejects.toThrow(TokenRefusedError);
    }
  });

  it("gives the binding to a certificate on, to be checked", async () => {
    const { binding } = await checker.check(await mint({ cnf: { "x5t#S256": "thumbprint" } }));
    expect(binding).toEqual({ certificateSha256: "thumbprint" });
  });

  it("accepts what the options say: audiences, types, algorithms, claims", async () => {
    const keycloak = checkerWith({
      audience: ["account", "billing"],
      tokenTypes: ["JWT"],
      algorithms: ["RS256"],
      scopeClaim: "scp",
      clientIdClaim: "azp",
    });
    const claims = { aud: "billing", azp: "shop", client_id: undefined, scp: ["a", "c"], typ: "Bearer" };
    const token = await mint(claims, { typ: "JWT", alg: "RS256" });
    expect((await keycloak.check(token)).accessToken).toMatchObject({ clientId: "shop", scopes: ["a", "c"] });
    for (const [changed, header] of [
      [{ typ: "ID" }, { typ: "JWT", alg: "RS256" }],
      [
        { typ: undefined, nonce: "n" },
        { typ: "JWT", alg: "RS256" },
      ],
      [{}, { typ: "JWT", alg: "ES256" }],
      [{}, { typ: "at+jwt", alg: "RS256" }],
    ] as const) {
      await expect(keycloak.check(await mint({ ...claims, ...changed }, header))).rejects.toThrow(TokenRefusedError);
    }
  });

  it("fetches the keys once for many tokens at once, and each token's signature is verified once", async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, jti) => mint({ jti: String(jti) })));
    await Promise.all([...tokens, ...tokens].map((token) => checker.check(token)));
    expect(issuer.requests).toMatchObject({ oauthMetadata: 1, openidMetadata: 0, jwks: 1 });
    await issuer.goDown();
    for (const token of tokens) expect((await checker.check(token)).accessToken.scopes).toEqual(["a", "b"]);
  });

  it("finds the keys by OpenID Connect Discovery too, and by a setting", async () => {
    issuer.answer("oauthMetadata", { status: 404 });
    await checker.check(await mint());
    expect(issuer.requests.openidMetadata).toBe(1);
    const jwksUri = `${new URL(issuer.issuer).origin}/jwks`;
    await checkerWith({ jwksUri }).check(await mint());
    expect(issuer.requests.openidMetadata).toBe(1);
  });

  it("does not use the metadata of another issuer", async () => {
    const jwksUri = `${new URL(issuer.issuer).origin}/jwks`;
    const metadata = JSON.stringify({ issuer: "https://login.example.com", jwks_uri: jwksUri });
    issuer.answer("oauthMetadata", { body: metadata });
    issuer.answer("openidMetadata", { body: metadata });
    await expect(checker.check(await mint())).rejects.toThrow(TokenUncheckedError);
  });

  it("does not fetch keys without TLS from elsewhere", async () => {
    const metadata = JSON.stringify({ issuer: issuer.issuer, jwks_uri: "http://login.example.com/jwks" });
    issuer.answer("oauthMetadata", { body: metadata });
    issuer.answer("openidMetadata", { body: metadata });
    const error: Error = await checker.check(await mint()).then(
      () => new Error("It was accepted"),
      (thrown) => thrown,
    );
    expect(String(error.cause)).toContain("must be an https URL");
  });

  it("cannot check tokens while the issuer is away, asks it seldom then, and recovers", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    await issuer.goDown();
    const token = await mint({ exp: now() + 3_600 });
    await expect(checker.check(token)).rejects.toMatchObject({ name: "TokenUncheckedError", retryAfterSeconds: 5 });
    await issuer.comeBack();
    await expect(checker.check(token)).rejects.toThrow(TokenUncheckedError);
    expect(issuer.requests.oauthMetadata).toBe(0);
    vi.advanceTimersByTime(6_000);
    expect((await checker.check(token)).accessToken.scopes).toEqual(["a", "b"]);
  });

  it("does not wait for an issuer that hangs", async () => {
    issuer.slowDown(20_000);
    const startedAt = performance.now();
    await expect(checker.check(await mint())).rejects.toThrow(TokenUncheckedError);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it("lets tokens in whose key is known, however many strangers make it look for other keys", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    await checker.check(await mint());
    vi.advanceTimersByTime(31_000);
    issuer.slowDown(60_000);
    const [, payload, signature] = (await mint()).split(".");
    const madeUp = (kid: number) => {
      const header = JSON.stringify({ alg: "ES256", typ: "at+jwt", kid: String(kid) });
      return `${Buffer.from(header).toString("base64url")}.${payload}.${signature}`;
    };
    const waiting = Array.from({ length: 1_000 }, (_, kid) => checker.check(madeUp(kid)));
    const outcomes = Promise.allSettled(waiting);
    await expect.poll(() => issuer.requests.oauthMetadata).toBe(2);
    await expect(checker.check(madeUp(1_000))).rejects.toMatchObject({
      name: "TokenUncheckedError",
      retryAfterSeconds: 1,
    });
    expect((await checker.check(await mint())).accessToken.scopes).toEqual(["a", "b"]);
    await issuer.goDown();
    expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(["rejected"]));
  });

  it("tells why an answer that is too large is not used", async () => {
    issuer.answer("jwks", { body: `{"keys": "${"k".repeat(300_000)}"}` });
    const cause: unknown = await checker.check(await mint()).catch((error: Error) => error.cause);
    expect(String(cause)).toContain("(ERR_ANSWER_TOO_LARGE)");
  });

  it("keeps its times when the wall clock is set", async () => {
    const token = await mint({ exp: now() + 10_000 });
    await issuer.goDown();
    await expect(checker.check(token)).rejects.toThrow(TokenUncheckedError);
    await issuer.comeBack();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    await expect(checker.check(token)).rejects.toThrow(TokenUncheckedError);
  });

  it.each(["{}", "no JSON", `{"keys": "${"k".repeat(300_000)}"}`])("does not use keys like %.20s", async (body) => {
    issuer.answer("jwks", { body });
    await expect(checker.check(await mint())).rejects.toThrow(TokenUncheckedError);
  });

  it("goes on with the keys that it has for an hour while the issuer is away", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const token = await mint({ exp: now() + 10_000 });
    await checker.check(token);
    await issuer.goDown();
    vi.advanceTimersByTime(601_000);
    expect((await checker.check(token)).accessToken.scopes).toEqual(["a", "b"]);
    const unknown = await mint({ exp: now() + 10_000 }, { kid: "newer" });
    await expect(checker.check(unknown)).rejects.toThrow(TokenUncheckedError);
    vi.advanceTimersByTime(4_000_000);
    await expect(checker.check(token)).rejects.toThrow(TokenUncheckedError);
  });

  it("finds new keys when the issuer rotates them, and forgets withdrawn ones", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const old = await mint({ exp: now() + 10_000 });
    await checker.check(old);
    await issuer.rotate();
    vi.advanceTimersByTime(31_000);
    await checker.check(await mint({ exp: now() + 10_000 }));
    vi.advanceTimersByTime(300_000);
    await expect(checker.check(old)).rejects.toThrow(TokenRefusedError);
  });

  it("forgets a token when it expires", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const token = await mint({ exp: now() + 60 });
    await checker.check(token);
    vi.advanceTimersByTime(64_000);
    await checker.check(token);
    vi.advanceTimersByTime(2_000);
    await expect(checker.check(token)).rejects.toThrow("has expired");
  });

  it.each<[string, JwtTokensOptions]>([
    ["https", { issuer: "http://login.example.com" }],
    ["name at least one", { issuer: [] }],
    ["https", { issuer: "https://a.example", jwksUri: "http://a.example/jwks" }],
    ["several issuers", { issuer: ["https://a.example", "https://b.example"], jwksUri: "https://a.example/jwks" }],
    ["is not safe", { issuer: "https://a.example", algorithms: ["HS256" as "RS256"] }],
  ])("is not made where something is wrong: %s", (message, options) => {
    expect(() => jwtTokens(options)).toThrow(message);
  });
});
