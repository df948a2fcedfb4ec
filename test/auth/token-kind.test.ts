/** Tokens as Keycloak and others make them, where the `typ` header is `JWT` on every kind. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTokenInspector } from "../../src/auth/token-inspector.ts";
import { createTokenResolver } from "../../src/auth/token-resolver.ts";
import { createTrustedIssuers } from "../../src/auth/trusted-issuers.ts";
import { startTestIssuer, type TestIssuer } from "../support/test-issuer.ts";

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer({ path: "/realms/shop", algorithms: ["RS256"] });
});
afterAll(() => issuer.stop());

const SESSION = "5a1c5d0e-3b0f-4b6e-9c3c-0f4b8a3d2e11";

/** What all tokens of a Keycloak session have. */
const COMMON = { client_id: undefined, azp: "web-shop", sub: "user-1", sid: SESSION, session_state: SESSION, acr: "1" };

const ACCESS = {
  ...COMMON,
  typ: "Bearer",
  aud: ["scope-registry", "account"],
  "allowed-origins": ["https://shop.example"],
  realm_access: { roles: ["offline_access", "uma_authorization"] },
  resource_access: { account: { roles: ["view-profile"] } },
  scope: "openid profile invoices.read",
  email_verified: true,
  preferred_username: "ada",
};

const ID = {
  ...COMMON,
  typ: "ID",
  aud: "web-shop",
  auth_time: 1_700_000_000,
  nonce: "n-0S6_WzA2Mj",
  at_hash: "77QmUPtjPfzWtF2AnpK9RQ",
  scope: undefined,
  preferred_username: "ada",
  email: "ada@example.com",
};

const REFRESH = { ...COMMON, typ: "Refresh", aud: "https://keycloak.example/realms/shop", scope: "openid profile" };

const LOGOUT = {
  ...COMMON,
  typ: "Logout",
  aud: "web-shop",
  scope: undefined,
  events: { "http://schemas.openid.net/event/backchannel-logout": {} },
};

async function inspect(claims: Record<string, unknown>, { typ = "JWT", tokenTypes = ["JWT"] } = {}) {
  const settings = [issuer.settings({ tokenTypes, clientIdClaim: "azp" })];
  const resolver = createTokenResolver({ issuers: createTrustedIssuers({ settings }) });
  return createTokenInspector({ resolver }).inspect(await issuer.mint(claims, { typ }));
}

describe("an issuer whose tokens are all of the type JWT", () => {
  it.each<[string, Record<string, unknown>]>([
    ["an access token", ACCESS],
    ["an access token of an older Keycloak, with the nonce of the login", { ...ACCESS, nonce: "n-0S6_WzA2Mj" }],
    ["a lightweight access token", { azp: "web-shop", typ: "Bearer", sid: SESSION, scope: "openid" }],
    ["an access token of a service account", { ...ACCESS, sid: undefined, session_state: undefined, scope: "email" }],
    ["an access token that is bound to a DPoP key", { ...ACCESS, typ: "DPoP", cnf: { jkt: "thumbprint" } }],
    ["an access token of an issuer that writes no typ claim", { ...ACCESS, typ: undefined }],
    ["an access token whose typ claim is as in RFC 9068", { ...ACCESS, typ: "AT+JWT" }],
  ])("has %s accepted", async (_case, claims) => {
    expect(await inspect(claims)).toMatchObject({ clientId: "web-shop" });
  });

  it.each<[string, Record<string, unknown>]>([
    ["an ID token", ID],
    ["an ID token without nonce and at_hash", { ...ID, nonce: undefined, at_hash: undefined }],
    ["a refresh token", REFRESH],
    ["an offline token", { ...REFRESH, typ: "Offline" }],
    ["a logout token", LOGOUT],
    ["a registration access token", { ...COMMON, typ: "RegistrationAccessToken" }],
    ["an ID token in other letters", { ...ID, typ: "id" }],
    ["a token with an empty typ claim", { ...ACCESS, typ: "" }],
    ["a token whose typ claim is no text", { ...ACCESS, typ: ["Bearer"] }],
    ["an ID token without typ claim, by its nonce", { ...ID, typ: undefined, at_hash: undefined }],
    ["an ID token without typ claim, by its at_hash", { ...ID, typ: undefined, nonce: undefined }],
    ["an ID token without typ claim, by its c_hash", { ...COMMON, aud: "web-shop", c_hash: "LDktKdoQak3Pk0cnXxCltA" }],
    ["a logout token without typ claim, by its events", { ...LOGOUT, typ: undefined }],
  ])("has %s refused", async (_case, claims) => {
    expect(await inspect(claims)).toBeUndefined();
  });

  it("has them refused under the type's full name as well", async () => {
    expect(await inspect(ACCESS, { typ: "application/jwt" })).toBeDefined();
    expect(await inspect(ID, { typ: "application/JWT" })).toBeUndefined();
  });
});

describe("a token whose type header says that it is an access token", () => {
  it("is one, whatever its claims are called", async () => {
    const claims = { ...ACCESS, typ: "x", nonce: "n-0S6_WzA2Mj" };
    expect(await inspect(claims, { typ: "at+jwt", tokenTypes: ["at+jwt", "JWT"] })).toBeDefined();
  });
});
