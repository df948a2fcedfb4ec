import { afterEach, describe, expect, it, vi } from "vitest";
import { INACTIVE_MAX_AGE_MS } from "../../src/auth/introspection-client.ts";
import { ISSUER_RETRY_MS } from "../../src/auth/refusals.ts";
import { createTokenInspector } from "../../src/auth/token-inspector.ts";
import { createTokenResolver } from "../../src/auth/token-resolver.ts";
import { createTrustedIssuers } from "../../src/auth/trusted-issuers.ts";
import type { IssuerSettings } from "../../src/config/issuer-settings.ts";
import { startTestIssuer } from "../support/test-issuer.ts";

afterEach(() => vi.useRealTimers());

function inspectorFor(...settings: IssuerSettings[]) {
  const now = () => Date.now();
  const resolver = createTokenResolver({ issuers: createTrustedIssuers({ settings, now }), now });
  return createTokenInspector({ resolver, now });
}

function advance(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
}

const now = () => Math.floor(Date.now() / 1000);

describe("inspecting a JWT", () => {
  it("tells the members of RFC 7662, whatever the audience", async () => {
    await using issuer = await startTestIssuer();
    const times = { iat: now() - 5, nbf: now() - 5, exp: now() + 60 };
    const token = await issuer.mint({
      ...times,
      aud: ["a", "b"],
      sub: "user",
      jti: "1",
      username: "Ada",
      scope: "x y",
    });
    expect(await inspectorFor(issuer.settings({ ownerPrefix: "corp:" })).inspect(token)).toEqual({
      ...times,
      scopes: ["x", "y"],
      clientId: "billing-api",
      owner: "corp:billing-api",
      username: "Ada",
      tokenType: "Bearer",
      sub: "user",
      aud: ["a", "b"],
      iss: issuer.issuer,
      jti: "1",
      confirmation: undefined,
    });
  });

  it("tells of a token that is bound to a DPoP key, and its type", async () => {
    await using issuer = await startTestIssuer();
    const token = await issuer.mint({ cnf: { jkt: "thumbprint" } });
    expect(await inspectorFor(issuer.settings()).inspect(token)).toMatchObject({ tokenType: "DPoP" });
  });

  it("tells nothing of a token that is bound in a way that cannot be told on", async () => {
    await using issuer = await startTestIssuer();
    const token = await issuer.mint({ cnf: { jwk: {} } });
    expect(await inspectorFor(issuer.settings()).inspect(token)).toBeUndefined();
  });

  it("tells nothing of any token that is not valid", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings());
    const tokens = [
      "",
      "opaque",
      "a.b.c",
      "....",
      "\ud800",
      "x".repeat(20_000),
      await issuer.mint({ exp: 1 }),
      await issuer.mint({ iss: "https://elsewhere.example" }),
      await issuer.mint({}, { typ: "JWT" }),
      await issuer.mint({ sub: "\ud800" }),
    ];
    for (const token of tokens) {
      expect(await inspector.inspect(token)).toBeUndefined();
    }
  });

  it("forgets a token when it expires", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings());
    const token = await issuer.mint({ exp: now() + 12 });
    expect(await inspector.inspect(token)).toBeDefined();
    advance(10_000);
    expect(await inspector.inspect(token)).toBeDefined();
    advance(3_000);
    expect(await inspector.inspect(token)).toBeUndefined();
  });

  it("asks the issuer as well, where that is set", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection({ forJwts: true }) }));
    const token = await issuer.mint();
    expect(await inspector.inspect(token)).toBeUndefined();
    issuer.know({}, token);
    advance(INACTIVE_MAX_AGE_MS);
    expect(await inspector.inspect(token)).toMatchObject({ clientId: "billing-api" });
    issuer.revoke(token);
    advance(31_000);
    expect(await inspector.inspect(token)).toBeUndefined();
  });

  it("says so when the issuer's keys cannot be had", async () => {
    await using issuer = await startTestIssuer();
    const token = await issuer.mint();
    await issuer.goDown();
    await expect(inspectorFor(issuer.settings()).inspect(token)).rejects.toMatchObject({
      reason: "ISSUER_UNAVAILABLE",
      metadata: { issuer: issuer.issuer },
    });
  });
});

describe("inspecting an opaque token", () => {
  it("asks each issuer until one says that it is active", async () => {
    await using one = await startTestIssuer();
    await using two = await startTestIssuer();
    const settings = [
      one.settings({ introspection: one.introspection() }),
      two.settings({ introspection: two.introspection(), ownerPrefix: "two:" }),
    ];
    const inspector = inspectorFor(...settings);
    const token = two.know({ token_type: "Bearer", username: null });
    expect(await inspector.inspect(token, "access_token")).toMatchObject({ iss: two.issuer, owner: "two:billing-api" });
    expect(await inspector.inspect(one.know())).toMatchObject({ iss: one.issuer, owner: "billing-api" });
    expect([one.requests.introspection, two.requests.introspection]).toEqual([2, 1]);
    expect(await inspector.inspect("unknown")).toBeUndefined();
  });

  it.each(["opaque", "v1.opaque", "v1.abc.def", "e30.e30.x", "a.b.c.d"])(
    "asks about a token like %s",
    async (token) => {
      await using issuer = await startTestIssuer();
      const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
      expect(await inspector.inspect(issuer.know({}, token))).toMatchObject({ clientId: "billing-api" });
    },
  );

  it("takes an issuer that is down for a reason only when no other one knows the token", async () => {
    await using down = await startTestIssuer();
    await using up = await startTestIssuer();
    const inspector = inspectorFor(
      down.settings({ introspection: down.introspection() }),
      up.settings({ introspection: up.introspection(), ownerPrefix: "up:" }),
    );
    await down.goDown();
    expect(await inspector.inspect(up.know())).toMatchObject({ iss: up.issuer });
    await expect(inspector.inspect("unknown")).rejects.toMatchObject({ metadata: { issuer: down.issuer } });
  });

  it("does not try an issuer again for a while that could not be reached", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
    const token = issuer.know();
    await issuer.goDown();
    await expect(inspector.inspect("unknown")).rejects.toMatchObject({ reason: "ISSUER_UNAVAILABLE" });
    await issuer.comeBack();
    await expect(inspector.inspect(token)).rejects.toMatchObject({ reason: "ISSUER_UNAVAILABLE" });
    expect(issuer.requests.introspection).toBe(0);
    advance(ISSUER_RETRY_MS);
    expect(await inspector.inspect(token)).toBeDefined();
  });

  it("asks once for many at once, and remembers the answer", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection({ cacheSeconds: 10 }) }));
    const token = issuer.know();
    await Promise.all(Array.from({ length: 10 }, () => inspector.inspect(token)));
    await Promise.all(Array.from({ length: 10 }, () => inspector.inspect("unknown")));
    expect(issuer.requests.introspection).toBe(2);
    advance(INACTIVE_MAX_AGE_MS);
    await inspector.inspect("unknown");
    await inspector.inspect(token);
    expect(issuer.requests.introspection).toBe(3);
    advance(INACTIVE_MAX_AGE_MS);
    await inspector.inspect(token);
    expect(issuer.requests.introspection).toBe(4);
  });

  it("believes an answer as long as is set", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection({ cacheSeconds: 300 }) }));
    const token = issuer.know({ exp: now() + 3600 });
    await inspector.inspect(token);
    advance(299_000);
    await inspector.inspect(token);
    expect(issuer.requests.introspection).toBe(1);
    advance(2_000);
    await inspector.inspect(token);
    expect(issuer.requests.introspection).toBe(2);
  });

  it("never believes an answer beyond exp", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection({ cacheSeconds: 300 }) }));
    const token = issuer.know({ exp: now() + 10 });
    expect(await inspector.inspect(token)).toBeDefined();
    advance(11_000);
    expect(await inspector.inspect(token)).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ["Bearer", { token_type: "bearer" }],
    ["DPoP", { token_type: "DPoP", cnf: { jkt: "thumbprint" } }],
    ["nothing of its kind", { token_type: undefined }],
    ["Keycloak's words", { token_type: "Bearer", typ: "Bearer" }],
    ["Hydra's words", { token_type: "Bearer", token_use: "access_token" }],
    ["words that are not known", { token_type: "JWT", typ: "at+jwt", token_use: "access" }],
    ["something else by members that RFC 7662 has not", { token_type: "Bearer", typ: 1, token_use: ["a"] }],
  ])("takes a token for an access token of which the issuer says %s", async (_case, members) => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
    expect(await inspector.inspect(issuer.know(members))).toBeDefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ["a refresh token", { token_type: "refresh_token" }],
    ["no type of access token (RFC 8693)", { token_type: "N_A" }],
    ["Keycloak's refresh token", { token_type: "Bearer", typ: "Refresh" }],
    ["Keycloak's ID token", { typ: "ID" }],
    ["Hydra's refresh token", { token_type: "Bearer", token_use: "refresh_token" }],
    ["a logout token", { typ: "application/logout+jwt" }],
    ["a refresh token in another spelling", { token_type: "RefreshToken" }],
    ["bound by a MAC", { token_type: "mac" }],
    ["a refresh token by its full name", { token_type: "urn:ietf:params:oauth:token-type:refresh_token" }],
  ])("tells nothing of a token of which the issuer says that it is %s", async (_case, members) => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
    expect(await inspector.inspect(issuer.know(members))).toBeUndefined();
  });

  it("accepts one without exp and client, as RFC 7662 allows", async () => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
    const token = issuer.know({ exp: undefined, client_id: undefined });
    expect(await inspector.inspect(token)).toMatchObject({ exp: undefined, clientId: undefined, owner: undefined });
  });

  it.each<[string, Record<string, unknown>]>([
    ["has expired", { exp: 1 }],
    ["is of another issuer", { iss: "https://elsewhere.example" }],
    ["has a client that cannot be named", { client_id: "a\nb" }],
  ])("takes a token for inactive that %s", async (_case, members) => {
    await using issuer = await startTestIssuer();
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
    expect(await inspector.inspect(issuer.know(members))).toBeUndefined();
  });

  it.each<[string, { status?: number; body?: string; headers?: Record<string, string> }]>([
    ["a fault", { status: 500 }],
    ["a refusal of the registry's credentials", { status: 401 }],
    ["a redirect", { status: 307, headers: { location: "/elsewhere" } }],
    ["no JSON", { body: "secret-of-the-answer" }],
    ["no active member", { body: "{}" }],
    ["a member of the wrong type", { body: '{"active":true,"client_id":["secret-of-the-answer"]}' }],
  ])("says that the issuer is unavailable when it answers %s", async (_case, answer) => {
    await using issuer = await startTestIssuer();
    issuer.answer("introspection", answer);
    const inspector = inspectorFor(issuer.settings({ introspection: issuer.introspection() }));
    const error = await inspector.inspect("the-opaque-token").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: "ISSUER_UNAVAILABLE" });
    const { message, cause } = error as Error;
    for (const secret of ["the-opaque-token", "secret-of-the-answer", issuer.clientSecret]) {
      expect(`${message} ${JSON.stringify(cause)} ${String(cause)}`).not.toContain(secret);
    }
  });
});
