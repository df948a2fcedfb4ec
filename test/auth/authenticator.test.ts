import { once } from "node:events";
import { generateKeyPair } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { KEYS_COOLDOWN_MS, KEYS_MAX_AGE_MS, KEYS_TIMEOUT_MS } from "../../clients/typescript/src/tokens/issuer-keys.ts";
import { createAuthenticator, RECHECK_AFTER_MS } from "../../src/auth/authenticator.ts";
import type { Caller, Peer } from "../../src/auth/caller.ts";
import { INACTIVE_MAX_AGE_MS } from "../../src/auth/introspection-client.ts";
import { ISSUER_RETRY_MS } from "../../src/auth/refusals.ts";
import { createTokenResolver } from "../../src/auth/token-resolver.ts";
import { createTrustedIssuers } from "../../src/auth/trusted-issuers.ts";
import type { IssuerSettings } from "../../src/config/issuer-settings.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { startTestIssuer, type TestIssuer } from "../support/test-issuer.ts";

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer({ algorithms: ["ES256", "RS256"] });
});
afterAll(() => issuer.stop());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function authenticatorFor(...settings: IssuerSettings[]) {
  // Not Date.now itself, which a fake clock would replace after it is taken.
  const now = () => Date.now();
  const resolver = createTokenResolver({ issuers: createTrustedIssuers({ settings, now }), now });
  return createAuthenticator({ resolver, audience: "scope-registry", maxCallers: 3, now });
}

async function refusal(authenticate: () => Caller | Promise<Caller>): Promise<RegistryError> {
  try {
    await authenticate();
  } catch (error) {
    if (error instanceof RegistryError) {
      return error;
    }
    throw error;
  }
  throw new Error("The caller was accepted");
}

/** Refuses a token, and checks that nothing about it leaks. */
async function refusalOf(token: string, settings = issuer.settings(), peer?: Peer): Promise<string> {
  const { reason, message, metadata, cause } = await refusal(() =>
    authenticatorFor(settings).authenticate(`Bearer ${token}`, peer),
  );
  const told = JSON.stringify({ message, metadata, cause: String(cause) });
  for (const part of [token, ...token.split(".").filter((segment) => segment.length > 8)]) {
    expect(told).not.toContain(part);
  }
  return `${reason}: ${message}`;
}

function advance(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
  // The age of keys is not by the wall clock.
  const later = performance.now() + milliseconds;
  vi.spyOn(performance, "now").mockReturnValue(later);
}

const now = () => Math.floor(Date.now() / 1000);

describe("authenticating a JWT", () => {
  it("tells who calls", async () => {
    const token = await issuer.mint({ client_id: "billing", scope: "a b a" });
    const caller = await authenticatorFor(issuer.settings({ ownerPrefix: "corp:" })).authenticate(`Bearer ${token}`);
    expect(caller).toEqual({
      clientId: "billing",
      owner: "corp:billing",
      issuer: issuer.issuer,
      scopes: new Set(["a", "b"]),
    });
  });

  it("answers without a promise once the token is known", async () => {
    const authenticator = authenticatorFor(issuer.settings());
    const header = `Bearer ${await issuer.mint()}`;
    const first = authenticator.authenticate(header);
    expect(first).toBeInstanceOf(Promise);
    expect(authenticator.authenticate(header)).toBeInstanceOf(Promise);
    expect(authenticator.authenticate(header.replace("Bearer ", "bEARER   "))).toBeInstanceOf(Promise);
    const caller = await first;
    expect(authenticator.authenticate(header)).toBe(caller);
    expect(authenticator.authenticate(header.replace("Bearer ", "bEARER   "))).toBe(caller);
  });

  it("forgets a token when it expires", async () => {
    const authenticator = authenticatorFor(issuer.settings());
    const header = `Bearer ${await issuer.mint({ exp: now() + 12 })}`;
    await authenticator.authenticate(header);
    advance(10_000);
    expect(authenticator.authenticate(header)).not.toBeInstanceOf(Promise);
    advance(3_000);
    expect((await refusal(() => authenticator.authenticate(header))).message).toContain("has expired");
  });

  it("remembers no more tokens than it may", async () => {
    const authenticator = authenticatorFor(issuer.settings());
    const headers = await Promise.all([1, 2, 3, 4].map(async () => `Bearer ${await issuer.mint()}`));
    for (const header of headers) {
      await authenticator.authenticate(header);
    }
    const known = headers.filter((header) => !(authenticator.authenticate(header) instanceof Promise));
    expect(known).toHaveLength(3);
  });

  it("accepts an array of scopes, other claims and other types, as they are set", async () => {
    const settings = issuer.settings({ clientIdClaim: "azp", scopeClaim: "scp", tokenTypes: ["JWT"] });
    const claims = { client_id: undefined, azp: "billing", scope: undefined, scp: ["a", "b c", "d"] };
    const token = await issuer.mint(claims, { typ: "application/jwt" });
    const caller = await authenticatorFor(settings).authenticate(`Bearer ${token}`);
    expect(caller).toMatchObject({ clientId: "billing", scopes: new Set(["a", "d"]) });
  });

  it("accepts any algorithm of the list, and only these", async () => {
    const token = await issuer.mint({}, { alg: "RS256" });
    await expect(authenticatorFor(issuer.settings()).authenticate(`Bearer ${token}`)).resolves.toBeDefined();
    expect(await refusalOf(token, issuer.settings({ algorithms: ["ES256"] }))).toContain("algorithm");
  });

  it("tolerates a clock that is off as far as is set", async () => {
    const settings = issuer.settings({ clockToleranceSeconds: 30 });
    const token = await issuer.mint({ exp: now() - 10 });
    await expect(authenticatorFor(settings).authenticate(`Bearer ${token}`)).resolves.toBeDefined();
    expect(await refusalOf(await issuer.mint({ exp: now() - 40 }), settings)).toContain("has expired");
    expect(await refusalOf(await issuer.mint({ iat: now() + 40 }), settings)).toContain("issued in the future");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["expired", { exp: 1 }, "has expired"],
    ["without exp", { exp: undefined }, '"exp" is missing or malformed'],
    ["with a text for exp", { exp: "never" }, '"exp" is missing or malformed'],
    ["with an endless exp", { exp: 1e300 }, '"exp" is malformed'],
    ["not valid yet", { nbf: 4e9 }, "not valid yet"],
    ["issued in the future", { iat: 4e9 }, "issued in the future"],
    ["for another audience", { aud: ["other"] }, "another audience"],
    ["without audience", { aud: undefined }, "another audience"],
    ["of another issuer", { iss: "https://elsewhere.example" }, "issuer is not trusted"],
    ["without issuer", { iss: undefined }, "issuer is not trusted"],
    ["of an issuer with a slash too many", { iss: "ISSUER/" }, "issuer is not trusted"],
    ["without client", { client_id: undefined }, "must name its client"],
    ["with an empty client", { client_id: "" }, "must name its client"],
    ["with a long client", { client_id: "c".repeat(256) }, "must name its client"],
    ["with a control character in its client", { client_id: "a\nb" }, "must name its client"],
    ["with a client that is no text", { client_id: ["a"] }, "must name its client"],
    ["with a number for scope", { scope: 5 }, '"scope" is malformed'],
    ["bound to a DPoP key", { cnf: { jkt: "thumbprint" } }, "bound to a DPoP key"],
    ["bound in an unknown way", { cnf: { kid: "k" } }, "cannot be checked here"],
    ["with an empty binding", { cnf: {} }, "cannot be checked here"],
  ])("refuses a token %s", async (_case, claims, message) => {
    const { iss } = claims;
    const resolved = typeof iss === "string" ? { ...claims, iss: iss.replace("ISSUER", issuer.issuer) } : claims;
    expect(await refusalOf(await issuer.mint(resolved))).toMatch(new RegExp(`^TOKEN_INVALID: .*${message}`));
  });

  it("refuses the client of a prefix-less issuer that reads as another issuer's", async () => {
    const other = { ...issuer.settings({ ownerPrefix: "corp:" }), issuer: "https://other.example" };
    const authenticator = authenticatorFor(issuer.settings(), other);
    const token = await issuer.mint({ client_id: "corp:billing" });
    expect(await refusal(() => authenticator.authenticate(`Bearer ${token}`))).toMatchObject({
      reason: "TOKEN_INVALID",
    });
  });

  it.each([null, "JWT", "id_token+jwt", "at+jwt+x"])("refuses the type %s", async (typ) => {
    expect(await refusalOf(await issuer.mint({}, { typ }))).toContain("TOKEN_INVALID: The token's type");
  });

  it("refuses alg none", async () => {
    const [, payload] = (await issuer.mint()).split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    expect(await refusalOf(`${header}.${payload}.`)).toContain("algorithm that is not accepted");
  });

  it("refuses HS256 with the public key as the secret", async () => {
    for (const jwk of issuer.publicJwks()) {
      const key = new TextEncoder().encode(JSON.stringify(jwk));
      const token = await issuer.mint({}, { alg: "HS256", key, kid: jwk.kid ?? "" });
      expect(await refusalOf(token)).toContain("algorithm that is not accepted");
    }
  });

  it("refuses another key's signature under a published key's name", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    expect(await refusalOf(await issuer.mint({}, { alg: "ES256", key: privateKey }))).toContain("signature");
  });

  it("does not use a key that the token brings along", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    const header = { jwk: issuer.publicJwks()[0], jku: "https://evil.example/jwks" };
    expect(await refusalOf(await issuer.mint({}, { key: privateKey, header }))).toContain("signature");
  });

  it("refuses critical extensions that it does not know", async () => {
    const [, payload, signature] = (await issuer.mint()).split(".");
    const header = Buffer.from('{"alg":"ES256","typ":"at+jwt","crit":["x"],"x":1}').toString("base64url");
    expect(await refusalOf(`${header}.${payload}.${signature}`)).toContain("TOKEN_INVALID");
  });

  it("refuses changed content", async () => {
    const [header, , signature] = (await issuer.mint()).split(".");
    const [, payload] = (await issuer.mint({ client_id: "admin" })).split(".");
    expect(await refusalOf(`${header}.${payload}.${signature}`)).toContain("signature");
  });

  it("does not remember a refusal", async () => {
    const authenticator = authenticatorFor(issuer.settings());
    const header = `Bearer ${await issuer.mint({ nbf: now() + 10 })}`;
    await refusal(() => authenticator.authenticate(header));
    advance(11_000);
    await expect(authenticator.authenticate(header)).resolves.toBeDefined();
  });

  it("accepts a certificate-bound token from the holder of the certificate only (RFC 8705)", async () => {
    const token = await issuer.mint({ cnf: { "x5t#S256": "thumbprint" } });
    expect(await refusalOf(token)).toContain("bound to a client certificate");
    const authenticator = authenticatorFor(issuer.settings());
    const header = `Bearer ${token}`;
    const call = (certificateSha256?: string) => authenticator.authenticate(header, { certificateSha256 });
    const [right, wrong] = await Promise.allSettled([call("thumbprint"), call("other")]);
    expect([right.status, wrong.status]).toEqual(["fulfilled", "rejected"]);
    expect(call("thumbprint")).toMatchObject({ clientId: "billing-api" });
    expect(() => call("other")).toThrow("bound to a client certificate");
    expect(() => call()).toThrow("bound to a client certificate");
  });
});

describe("an issuer's keys", () => {
  it("are found by RFC 8414 metadata, below a path as well", async () => {
    await using own = await startTestIssuer({ path: "/realms/one" });
    await authenticatorFor(own.settings()).authenticate(`Bearer ${await own.mint()}`);
    expect(own.requests).toMatchObject({ oauthMetadata: 1, openidMetadata: 0, jwks: 1 });
  });

  it("are found by OpenID Connect Discovery otherwise", async () => {
    await using own = await startTestIssuer({ path: "/realms/one" });
    own.answer("oauthMetadata", { status: 404 });
    await authenticatorFor(own.settings()).authenticate(`Bearer ${await own.mint()}`);
    expect(own.requests).toMatchObject({ oauthMetadata: 1, openidMetadata: 1, jwks: 1 });
  });

  it("are fetched once for many callers at once, without metadata where their place is set", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings({ jwksUri: `${own.issuer}/jwks` }));
    const tokens = await Promise.all(Array.from({ length: 20 }, () => own.mint()));
    await Promise.all(tokens.map((token) => authenticator.authenticate(`Bearer ${token}`)));
    expect(own.requests).toMatchObject({ oauthMetadata: 0, openidMetadata: 0, jwks: 1 });
  });

  it("follow a rotation, after the cool-down", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    await authenticator.authenticate(`Bearer ${await own.mint()}`);
    await own.rotate();
    const header = `Bearer ${await own.mint()}`;
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await refusal(() => authenticator.authenticate(header))).message).toContain("does not publish");
    }
    expect(own.requests.jwks).toBe(1);
    advance(KEYS_COOLDOWN_MS);
    await expect(authenticator.authenticate(header)).resolves.toBeDefined();
    expect(own.requests.jwks).toBe(2);
  });

  it("are not believed for ever once they are withdrawn", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    const exp = now() + 3600;
    const [first, second] = [await own.mint({ exp }), await own.mint({ exp })];
    await authenticator.authenticate(`Bearer ${first}`);
    await own.rotate();
    advance(KEYS_MAX_AGE_MS);
    expect((await refusal(() => authenticator.authenticate(`Bearer ${second}`))).message).toContain("does not publish");
  });

  it("once withdrawn, are noticed by callers that are remembered too", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    const header = `Bearer ${await own.mint({ exp: now() + 7_200 })}`;
    const caller = await authenticator.authenticate(header);
    await own.rotate();
    advance(RECHECK_AFTER_MS - 1_000);
    expect(authenticator.authenticate(header)).toBe(caller);
    advance(KEYS_MAX_AGE_MS);
    expect((await refusal(() => authenticator.authenticate(header))).message).toContain("does not publish");
    expect((await refusal(() => authenticator.authenticate(header))).message).toContain("does not publish");
  });

  it("need not be had to go on believing a remembered caller, until its token expires", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    const header = `Bearer ${await own.mint({ exp: now() + 3_600 })}`;
    const caller = await authenticator.authenticate(header);
    await own.goDown();
    advance(KEYS_MAX_AGE_MS + RECHECK_AFTER_MS);
    expect(await authenticator.authenticate(header)).toBe(caller);
    expect(authenticator.authenticate(header)).toBe(caller);
    advance(3_600_000);
    expect(await refusal(() => authenticator.authenticate(header))).toMatchObject({ reason: "ISSUER_UNAVAILABLE" });
  });

  it("hold nobody up who is remembered while the issuer hangs", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    const header = `Bearer ${await own.mint({ exp: now() + 3_600 })}`;
    const caller = await authenticator.authenticate(header);
    own.slowDown(KEYS_TIMEOUT_MS);
    advance(KEYS_MAX_AGE_MS + RECHECK_AFTER_MS);
    const checked = authenticator.authenticate(header);
    expect(authenticator.authenticate(header)).toBe(caller);
    const slow = AbortSignal.timeout(KEYS_TIMEOUT_MS / 2);
    const outcome = await Promise.race([checked, once(slow, "abort")]);
    expect(outcome).toBe(caller);
  });

  it("may lack identifiers: then each of them is tried", async () => {
    await using own = await startTestIssuer();
    await using other = await startTestIssuer();
    const keys = [...other.publicJwks(), ...own.publicJwks()].map(({ kid: _, ...jwk }) => jwk);
    own.answer("jwks", { body: JSON.stringify({ keys }) });
    const authenticator = authenticatorFor(own.settings());
    const token = await own.mint({}, { header: { kid: undefined } });
    await expect(authenticator.authenticate(`Bearer ${token}`)).resolves.toBeDefined();
    const { privateKey } = await generateKeyPair("ES256");
    const forged = await own.mint({}, { key: privateKey, header: { kid: undefined } });
    expect((await refusal(() => authenticator.authenticate(`Bearer ${forged}`))).message).toContain("signature");
  });

  it("cannot be judged without: an issuer that is down is no fault of the token", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    const header = `Bearer ${await own.mint()}`;
    await own.goDown();
    const error = await refusal(() => authenticator.authenticate(header));
    expect(error).toMatchObject({ reason: "ISSUER_UNAVAILABLE", metadata: { issuer: own.issuer } });
    expect(error.retryAfterMs).toBe(ISSUER_RETRY_MS);
    await own.comeBack();
    await refusal(() => authenticator.authenticate(header));
    expect(own.requests.oauthMetadata).toBe(0);
    advance(ISSUER_RETRY_MS);
    await expect(authenticator.authenticate(header)).resolves.toBeDefined();
  });

  it("stay in use while the issuer is down", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    await authenticator.authenticate(`Bearer ${await own.mint()}`);
    await own.goDown();
    await expect(authenticator.authenticate(`Bearer ${await own.mint()}`)).resolves.toBeDefined();
    advance(KEYS_COOLDOWN_MS);
    const unknown = await own.mint({}, { kid: "made-up" });
    expect((await refusal(() => authenticator.authenticate(`Bearer ${unknown}`))).reason).toBe("ISSUER_UNAVAILABLE");
    await expect(authenticator.authenticate(`Bearer ${await own.mint()}`)).resolves.toBeDefined();
  });

  it.each([
    ["an error", { status: 500 }],
    ["a redirect", { status: 302, headers: { location: "/elsewhere" } }],
    ["no JSON", { body: "<html>" }],
    ["no key set", { body: '{"keys":5}' }],
    ["more than is bearable", { body: `{"keys":[],"x":"${"x".repeat(300_000)}"}` }],
  ])("cannot be had from %s", async (_case, answer) => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings());
    own.answer("jwks", answer);
    for (let attempt = 0; attempt < 3; attempt++) {
      const token = await own.mint();
      expect((await refusal(() => authenticator.authenticate(`Bearer ${token}`))).reason).toBe("ISSUER_UNAVAILABLE");
    }
    expect(own.requests.jwks).toBe(1);
  });

  it("are not looked for by another issuer's metadata", async () => {
    await using own = await startTestIssuer();
    const body = JSON.stringify({ issuer: `${own.issuer}/`, jwks_uri: `${own.issuer}/jwks` });
    own.answer("oauthMetadata", { body });
    own.answer("openidMetadata", { body });
    const token = await own.mint();
    const error = await refusal(() => authenticatorFor(own.settings()).authenticate(`Bearer ${token}`));
    expect(error.reason).toBe("ISSUER_UNAVAILABLE");
    expect(own.requests.jwks).toBe(0);
  });

  it("are not fetched without TLS from another machine", async () => {
    await using own = await startTestIssuer();
    const body = JSON.stringify({ issuer: own.issuer, jwks_uri: "http://login.example.com/jwks" });
    own.answer("oauthMetadata", { body });
    own.answer("openidMetadata", { body });
    const token = await own.mint();
    const error = await refusal(() => authenticatorFor(own.settings()).authenticate(`Bearer ${token}`));
    expect(error.reason).toBe("ISSUER_UNAVAILABLE");
    expect(String(error.cause)).toContain("must be an https URL");
  });
});

describe("authenticating with the issuer's own word", () => {
  it("asks about an opaque token, once until the answer is old", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings({ introspection: own.introspection({ cacheSeconds: 10 }) }));
    const header = `Bearer ${own.know({ scope: "a b" })}`;
    const [caller] = await Promise.all([authenticator.authenticate(header), authenticator.authenticate(header)]);
    expect(caller).toMatchObject({ owner: "billing-api", scopes: new Set(["a", "b"]), issuer: own.issuer });
    advance(9_000);
    expect(authenticator.authenticate(header)).toBe(caller);
    expect(own.requests.introspection).toBe(1);
    advance(2_000);
    own.revoke(header.slice(7));
    expect((await refusal(() => authenticator.authenticate(header))).message).toContain("not active");
  });

  it("believes nothing beyond exp", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings({ introspection: own.introspection({ cacheSeconds: 300 }) }));
    const header = `Bearer ${own.know({ exp: now() + 10 })}`;
    await authenticator.authenticate(header);
    advance(11_000);
    expect((await refusal(() => authenticator.authenticate(header))).message).toContain("not active");
  });

  it("asks about an inactive token again after a short while", async () => {
    await using own = await startTestIssuer();
    const authenticator = authenticatorFor(own.settings({ introspection: own.introspection() }));
    await refusal(() => authenticator.authenticate("Bearer opaque"));
    own.know({}, "opaque");
    await refusal(() => authenticator.authenticate("Bearer opaque"));
    expect(own.requests.introspection).toBe(1);
    advance(INACTIVE_MAX_AGE_MS);
    await expect(authenticator.authenticate("Bearer opaque")).resolves.toBeDefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ["of another audience", { aud: "other" }],
    ["without audience", { aud: undefined }],
    ["without client", { client_id: undefined }],
    ["without exp", { exp: undefined }],
    ["of another issuer", { iss: "https://elsewhere.example" }],
    ["not valid yet", { nbf: 4e9 }],
    ["bound to a DPoP key", { token_type: "DPoP" }],
    ["that is a refresh token", { token_type: "refresh_token" }],
  ])("refuses an opaque token %s", async (_case, members) => {
    await using own = await startTestIssuer();
    const token = own.know(members);
    const message = await refusalOf(token, own.settings({ introspection: own.introspection() }));
    expect(message).toContain("TOKEN_INVALID");
  });

  describe("where the audience is optional", () => {
    const settingsOf = (issuer: TestIssuer) =>
      issuer.settings({ introspection: issuer.introspection({ audienceOptional: true, forJwts: true }) });

    it.each<[string, unknown]>([
      ["none", undefined],
      ["null", null],
      ["an empty list", []],
      ["the registry", ["other", "scope-registry"]],
    ])("takes an opaque token that names as its audience %s", async (_case, aud) => {
      await using own = await startTestIssuer();
      const header = `Bearer ${own.know({ aud })}`;
      expect(await authenticatorFor(settingsOf(own)).authenticate(header)).toMatchObject({ owner: "billing-api" });
    });

    it.each<[string, unknown]>([
      ["another", "other"],
      ["an empty text", ""],
      ["several others", ["one", "other"]],
    ])("refuses an opaque token that names as its audience %s", async (_case, aud) => {
      await using own = await startTestIssuer();
      expect(await refusalOf(own.know({ aud }), settingsOf(own))).toContain("another audience");
    });

    it("refuses a JWT without audience, which the issuer says is active without one", async () => {
      await using own = await startTestIssuer();
      const token = await own.mint({ aud: undefined });
      own.know({ aud: undefined }, token);
      expect(await refusalOf(token, settingsOf(own))).toContain("another audience");
    });

    it("refuses a token without audience of another issuer, of which that is not said", async () => {
      await using own = await startTestIssuer();
      await using strict = await startTestIssuer();
      const others = strict.settings({ introspection: strict.introspection(), ownerPrefix: "strict:" });
      const authenticator = authenticatorFor(settingsOf(own), others);
      const header = `Bearer ${strict.know({ aud: undefined })}`;
      expect((await refusal(() => authenticator.authenticate(header))).message).toContain("another audience");
    });
  });

  it("notices that a JWT is revoked, where that is set", async () => {
    await using own = await startTestIssuer();
    const introspection = own.introspection({ forJwts: true, cacheSeconds: 10 });
    const authenticator = authenticatorFor(own.settings({ introspection }));
    const token = await own.mint();
    const header = `Bearer ${token}`;
    expect((await refusal(() => authenticator.authenticate(header))).message).toContain("not active");
    own.know({}, token);
    advance(INACTIVE_MAX_AGE_MS);
    const caller = await authenticator.authenticate(header);
    expect(authenticator.authenticate(header)).toBe(caller);
    own.revoke(token);
    advance(11_000);
    await expect(authenticator.authenticate(header)).rejects.toThrow("not active");
  });

  it("says so when no issuer is asked about opaque tokens", async () => {
    expect(await refusalOf("opaque-token-of-some-kind")).toContain("The token is not a JWT");
  });
});
