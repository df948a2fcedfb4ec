import { createPublicKey, type webcrypto } from "node:crypto";
import { toJson } from "@bufbuild/protobuf";
import { type IntrospectResponse, IntrospectResponseSchema, RegistrationMode } from "@scope-registry/client";
import type { JWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { startTestIssuer, type TestIssuer } from "../support/test-issuer.ts";
import { type Clients, startTestServer, type TestServer, WAYS } from "../support/test-server.ts";

const BILLING = "https://billing.example.com/";
const DOCS = "https://docs.example.com/";
const now = () => Math.floor(Date.now() / 1_000);

/** What is not active is told by nothing but that (RFC 7662 §2.2). */
function expectInactive(response: IntrospectResponse): void {
  expect(toJson(IntrospectResponseSchema, response, { alwaysEmitImplicit: false })).toEqual({});
}

describe.each(WAYS)("Introspect by $name", ({ protocol, store }) => {
  let server: TestServer;
  let stranger: TestIssuer;
  let billing: Clients["registry"];
  let all: Clients["registry"];
  beforeAll(async () => {
    stranger = await startTestIssuer();
    server = await startTestServer({ store, opaqueTokens: true });
    const scopes = ["register", "introspect"] as const;
    billing = (await server.as({ client: "billing-api", scopes }, protocol)).registry;
    const docs = (await server.as({ client: "docs-api", scopes }, protocol)).registry;
    all = (await server.as({ client: "gateway", scopes: ["introspect", "introspectAll"] }, protocol)).registry;
    const kept = [
      { name: "invoices:read", description: "Read invoices", resources: [BILLING] },
      { name: "invoices:old", description: "Old invoices", deprecated: true },
    ];
    await billing.registerScopes({ scopes: [...kept, { name: "invoices:gone", description: "Gone" }] });
    await billing.registerScopes({ scopes: kept, mode: RegistrationMode.REPLACE });
    await docs.registerScopes({ scopes: [{ name: "docs:read", description: "Read docs", resources: [DOCS] }] });
  });
  afterAll(async () => {
    await server.stop();
    await stranger.stop();
  });

  const SCOPE = "docs:read invoices:read nobody:knows invoices:gone invoices:old scope_registry.read";
  const claims = { client_id: "shop", sub: "alice", username: "Alice", scope: SCOPE, aud: BILLING, jti: "j-1" };

  it("tells how a token is bound to its sender, so that the resource server can check it", async () => {
    const bound = await server.issuer.mint({ ...claims, cnf: { jkt: "key", "x5t#S256": "certificate" } });
    expect((await billing.introspect({ token: bound })).cnf).toMatchObject({ jkt: "key", x5tS256: "certificate" });
    expect((await billing.introspect({ token: await server.issuer.mint(claims) })).cnf).toBeUndefined();
    expectInactive(await billing.introspect({ token: await server.issuer.mint({ ...claims, cnf: { jwk: {} } }) }));
  });

  it("shows a resource server the scopes that are its own, valid ones only", async () => {
    const token = await server.issuer.mint({ ...claims, iat: now() - 5, nbf: now() - 5, exp: now() + 120 });
    const answer = await billing.introspect({ token, tokenTypeHint: "access_token" });
    expect(answer).toMatchObject({
      active: true,
      scope: "invoices:read invoices:old",
      clientId: "shop",
      username: "Alice",
      tokenType: "Bearer",
      sub: "alice",
      aud: [BILLING],
      iss: server.issuer.issuer,
      jti: "j-1",
      unregisteredScopes: ["nobody:knows"],
    });
    expect(Number(answer.exp - answer.iat)).toBe(125);
    expect(answer.nbf).toBe(answer.iat);
    expect(answer.revision).toBeGreaterThan(0n);
  });

  it("shows the scopes of every resource server to a caller that may see all", async () => {
    const answer = await all.introspect({ token: await server.issuer.mint(claims) });
    expect(answer.scope).toBe("docs:read invoices:read invoices:old scope_registry.read");
    expect(answer.unregisteredScopes).toEqual(["nobody:knows"]);
  });

  it("answers a token without scopes of the caller as active", async () => {
    const token = await server.issuer.mint({ ...claims, scope: "docs:read", aud: "scope-registry" });
    expect(await billing.introspect({ token })).toMatchObject({ active: true, scope: "", clientId: "shop" });
  });

  it("does not tell of a token that is meant for resources of others only", async () => {
    const others = await server.issuer.mint({ ...claims, aud: DOCS });
    expectInactive(await billing.introspect({ token: others }));
    expect(await all.introspect({ token: others })).toMatchObject({ active: true, aud: [DOCS] });
    for (const aud of [
      [DOCS, BILLING],
      [DOCS, "https://nobody.example.com/"],
    ]) {
      const shared = await server.issuer.mint({ ...claims, aud });
      expect(await billing.introspect({ token: shared })).toMatchObject({ active: true, aud });
    }
  });

  const times: [string, Record<string, unknown>][] = [
    ["that has expired", { exp: now() - 60, iat: now() - 120 }],
    ["that is not valid yet", { nbf: now() + 600 }],
    ["that is issued in the future", { iat: now() + 600, exp: now() + 900 }],
    ["without an end", { exp: undefined }],
    ["of another issuer by name", { iss: "https://other.example.com" }],
    ["without an issuer", { iss: undefined }],
    ["without a client", { client_id: undefined }],
  ];
  it.each(times)("answers nothing but active = false for a JWT %s", async (_what, changed) => {
    const token = await server.issuer.mint({ ...claims, ...changed });
    expectInactive(await all.introspect({ token }));
  });

  it("answers nothing but active = false for a JWT of an issuer that is not trusted", async () => {
    expectInactive(await all.introspect({ token: await stranger.mint(claims) }));
    const disguised = await stranger.mint({ ...claims, iss: server.issuer.issuer });
    expectInactive(await all.introspect({ token: disguised }));
  });

  it.each([null, "JWT", "id_token+jwt", "dpop+jwt"])("answers the same for a JWT of type %s", async (typ) => {
    expectInactive(await all.introspect({ token: await server.issuer.mint(claims, { typ }) }));
  });

  it("answers the same for a JWT without a signature", async () => {
    const [, payload = "", signature = ""] = (await server.issuer.mint(claims)).split(".");
    for (const alg of ["none", "None", "NONE", ""]) {
      const header = Buffer.from(JSON.stringify({ alg, typ: "at+jwt" })).toString("base64url");
      for (const end of ["", signature]) expectInactive(await all.introspect({ token: `${header}.${payload}.${end}` }));
    }
  });

  it("answers the same for a JWT that is signed with a public key as the secret", async () => {
    const jwk = server.issuer.publicJwks().find(({ alg }) => alg === "RS256") as JWK;
    const key = createPublicKey({ key: jwk as webcrypto.JsonWebKey, format: "jwk" });
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    const secrets = [pem, pem.trim(), key.export({ type: "spki", format: "der" }), JSON.stringify(jwk), jwk.n ?? ""];
    for (const secret of secrets) {
      const token = await server.issuer.mint(claims, {
        alg: "HS256",
        key: new Uint8Array(Buffer.from(secret)),
        ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
      });
      expectInactive(await all.introspect({ token }));
    }
  });

  it("answers the same for a JWT whose content was changed", async () => {
    const [header = "", , signature = ""] = (await server.issuer.mint(claims)).split(".");
    const payload = Buffer.from(JSON.stringify({ ...claims, iss: server.issuer.issuer, exp: now() + 100 }));
    expectInactive(await all.introspect({ token: `${header}.${payload.toString("base64url")}.${signature}` }));
  });

  it.each(["x", "a.b.c", "..", "eyJ.eyJ.", "Bearer abc", "💥", "%00", "{}", "a".repeat(16_384)])(
    "answers the same for what is no token: %j",
    async (token) => {
      expectInactive(await all.introspect({ token }));
    },
  );

  it("asks the issuer about an opaque token, and narrows what it says", async () => {
    const token = server.issuer.know({ ...claims, aud: [BILLING], token_type: "Bearer" });
    expect(await billing.introspect({ token })).toMatchObject({
      active: true,
      scope: "invoices:read invoices:old",
      clientId: "shop",
      username: "Alice",
      aud: [BILLING],
      iss: server.issuer.issuer,
      unregisteredScopes: ["nobody:knows"],
    });
    expectInactive(await billing.introspect({ token: server.issuer.know({ ...claims, aud: DOCS }) }));
    expectInactive(await billing.introspect({ token: server.issuer.know({ ...claims, exp: now() - 1 }) }));
    const revoked = server.issuer.know(claims);
    server.issuer.revoke(revoked);
    expectInactive(await billing.introspect({ token: revoked }));
  });

  it("lets a caller in by an opaque token", async () => {
    const token = server.issuer.know({ client_id: "billing-api", scope: "scope_registry.introspect" });
    const { registry } = server.withHeader(`Bearer ${token}`, protocol);
    expect(await registry.introspect({ token: await server.issuer.mint(claims) })).toMatchObject({
      active: true,
      scope: "invoices:read invoices:old",
    });
    const elsewhere = server.issuer.know({ scope: "scope_registry.introspect", aud: "elsewhere" });
    expect(
      await refusalOf(server.withHeader(`Bearer ${elsewhere}`, protocol).registry.introspect({ token })),
    ).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
  });

  it("refuses a request without a token, and one with too long a token", async () => {
    for (const token of ["", "a".repeat(16_385)]) {
      const refusal = await refusalOf(all.introspect({ token }));
      expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: ["token"] });
    }
  });

  it("answers UNAVAILABLE, and when to try again, while the issuer of opaque tokens is away", async () => {
    const token = server.issuer.know(claims);
    await server.issuer.goDown();
    const refusal = await refusalOf(billing.introspect({ token }));
    expect(refusal).toMatchObject({
      code: "UNAVAILABLE",
      reason: "ISSUER_UNAVAILABLE",
      metadata: { issuer: server.issuer.issuer },
    });
    expect(refusal.retryAfterMs).toBeGreaterThan(0);
    expect(refusal.message).not.toContain(token);
    await server.issuer.comeBack();
  });
});
