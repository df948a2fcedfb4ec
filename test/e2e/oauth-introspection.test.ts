/** POST /oauth2/introspect: Introspect for software that knows RFC 7662 and nothing of the registry. */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientsFile, makeClientsFile } from "../support/introspection-clients.ts";
import { callHttp1, callHttp2 } from "../support/raw-calls.ts";
import { expectReadable } from "../support/refusal.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const PATH = "/oauth2/introspect";
const FORM = "application/x-www-form-urlencoded";
const BILLING = "https://billing.example.com/";
const DOCS = "https://docs.example.com/";
const BEARER = 'Bearer realm="scope-registry"';
const BASIC = 'Basic realm="scope-registry", charset="UTF-8"';

/** Needs encoding, as many do not. */
const SECRET = "s3cret of billing:+%/é&=";
const GATEWAY_SECRET = "the-secret-of-the-gateway";
const OLD_SECRET = "the-secret-of-before-it";
const CLIENTS = [
  { id: "billing team", secrets: [SECRET], owner: "billing-api" },
  { id: "gateway", secrets: [OLD_SECRET, GATEWAY_SECRET], introspectAll: true },
  { id: "docs-api", secrets: ["the-secret-of-the-docs"] },
];

const raw = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
const encoded = (id: string, secret: string) => raw(encodeURIComponent(id), encodeURIComponent(secret));
const billing = encoded("billing team", SECRET);
const gateway = raw("gateway", GATEWAY_SECRET);
const now = () => Math.floor(Date.now() / 1_000);

describe.each(["embedded", "mongodb"] as const)("introspecting by a form, on the store %s", (store) => {
  let file: ClientsFile;
  let server: TestServer;
  let bearer: string;
  let token: string;

  const claims = {
    client_id: "shop",
    sub: "alice",
    username: "Alice",
    scope: "docs:read invoices:read nobody:knows bills:read",
    aud: BILLING,
    jti: "j-1",
  };

  beforeAll(async () => {
    file = await makeClientsFile(CLIENTS);
    server = await startTestServer({ store, opaqueTokens: true, settings: { INTROSPECTION_CLIENTS: file.path } });
    const scopes = ["register"] as const;
    const { registry } = await server.as({ client: "billing-api", scopes });
    await registry.registerScopes({
      scopes: [{ name: "invoices:read", description: "Read", resources: [BILLING], aliases: ["bills:read"] }],
    });
    const docs = (await server.as({ client: "docs-api", scopes })).registry;
    await docs.registerScopes({ scopes: [{ name: "docs:read", description: "Read docs", resources: [DOCS] }] });
    bearer = `Bearer ${await server.tokenFor({ client: "billing-api", scopes: ["introspect"] })}`;
    token = await server.issuer.mint(claims);
  });
  afterAll(async () => {
    await server.stop();
    await file[Symbol.asyncDispose]();
  });

  async function post(body: RequestInit["body"], authorization?: string, headers: Record<string, string> = {}) {
    const response = await fetch(server.httpUrl + PATH, {
      method: "POST",
      headers: { ...(authorization !== undefined && { authorization }), "content-type": FORM, ...headers },
      ...(body !== undefined && { body, duplex: "half" as const }),
    });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const json = (await response.json()) as Record<string, unknown>;
    if (response.status !== 200) {
      expect(json["error"]).toMatch(/^[a-z_]+$/);
      expectReadable(String(json["error_description"]));
      expect(JSON.stringify(json)).not.toContain(token);
    }
    return { status: response.status, challenge: response.headers.get("www-authenticate"), ...json };
  }
  const form = (members: Record<string, string>) => new URLSearchParams(members).toString();
  const of = (introspected: string, authorization: string) => post(form({ token: introspected }), authorization);

  it("answers what is known of a token, to a token and to a client alike", async () => {
    const exact = await server.issuer.mint({ ...claims, iat: now() - 5, nbf: now() - 5, exp: now() + 120 });
    const answer = await of(exact, bearer);
    const { iat, nbf, exp } = answer as unknown as Record<string, number>;
    expect(answer).toEqual({
      status: 200,
      challenge: null,
      active: true,
      scope: "invoices:read bills:read",
      client_id: "shop",
      username: "Alice",
      token_type: "Bearer",
      sub: "alice",
      aud: BILLING,
      iss: server.issuer.issuer,
      jti: "j-1",
      iat,
      nbf,
      exp,
    });
    expect([Number(exp) - Number(iat), nbf]).toEqual([125, iat]);
    expect(await of(exact, billing)).toEqual(answer);
  });

  it("shows a client the scopes of its resource server, or all where it may see them", async () => {
    expect(await of(token, billing)).toMatchObject({ active: true, scope: "invoices:read bills:read" });
    expect(await of(token, gateway)).toMatchObject({ active: true, scope: "docs:read invoices:read bills:read" });
    expect(await of(token, raw("gateway", OLD_SECRET))).toMatchObject({ scope: "docs:read invoices:read bills:read" });
  });

  it("leaves out what is not known, but for the scope, and has several audiences as a list", async () => {
    const bare = await server.issuer.mint({
      client_id: "shop",
      sub: undefined,
      jti: undefined,
      iat: undefined,
      aud: undefined,
      scope: "docs:read",
    });
    const { exp, ...answer } = (await of(bare, billing)) as Record<string, unknown>;
    expect(exp).toEqual(expect.any(Number));
    const known = { active: true, scope: "", client_id: "shop", token_type: "Bearer", iss: server.issuer.issuer };
    expect(answer).toEqual({ status: 200, challenge: null, ...known });
    const aud = [DOCS, BILLING];
    const bound = await server.issuer.mint({ ...claims, aud, cnf: { "x5t#S256": "certificate" } });
    expect(await of(bound, billing)).toMatchObject({ aud, cnf: { "x5t#S256": "certificate" } });
    const dpop = await server.issuer.mint({ ...claims, cnf: { jkt: "key" } });
    expect(await of(dpop, billing)).toMatchObject({ token_type: "DPoP", cnf: { jkt: "key" } });
  });

  it("answers nothing but active = false for any other token, and for one that is meant for others", async () => {
    const inactive = { status: 200, challenge: null, active: false };
    const others = [
      await server.issuer.mint({ ...claims, aud: DOCS }),
      await server.issuer.mint({ ...claims, exp: now() - 60, iat: now() - 120 }),
      server.issuer.know({ ...claims, exp: now() - 1 }),
      `${token}x`,
      "x",
      "\0",
      "💥",
      "%",
      "a".repeat(16_384),
    ];
    for (const other of others) expect(await of(other, billing)).toEqual(inactive);
    expect(await of(server.issuer.know(claims), billing)).toMatchObject({
      active: true,
      scope: "invoices:read bills:read",
    });
  });

  it("takes the credentials in the form, too, and refuses them in two ways", async () => {
    const shown = { client_id: "billing team", client_secret: SECRET };
    expect(await post(form({ token, ...shown }))).toMatchObject({
      status: 200,
      active: true,
      scope: "invoices:read bills:read",
    });
    expect(await post(form({ token, client_id: "billing team" }), billing)).toMatchObject({
      status: 200,
      active: true,
    });
    for (const authorization of [billing, bearer]) {
      expect(await post(form({ token, ...shown }), authorization)).toMatchObject({
        status: 400,
        error: "invalid_request",
      });
    }
    expect(await post(form({ token, ...shown, client_assertion: "x" }))).toMatchObject({
      status: 400,
      error: "invalid_request",
    });
    expect(await post(form({ token, ...shown, client_secret: "another" }))).toMatchObject({
      status: 401,
      error: "invalid_client",
      challenge: BASIC,
    });
    expect(await post(form({ token, client_secret: SECRET }))).toMatchObject({ status: 401, error: "invalid_client" });
    for (const incomplete of [{ client_id: "billing team" }, { client_id: "x", client_secret: "" }, {}]) {
      const refused = await post(form({ token, ...incomplete }));
      expect(refused).toMatchObject({ status: 401, error: "token_missing", challenge: `${BEARER}, ${BASIC}` });
    }
  });

  it.each([
    ["an unknown client", raw("nobody", GATEWAY_SECRET), "invalid_client"],
    ["another's secret", raw("docs-api", GATEWAY_SECRET), "invalid_client"],
    ["an empty secret", raw("gateway", ""), "invalid_client"],
    ["no colon", `Basic ${Buffer.from("gateway").toString("base64")}`, "invalid_client"],
    ["no base64", "Basic gateway:secret", "invalid_client"],
    ["nothing behind the scheme", "Basic", "invalid_client"],
    ["what must be encoded and is not", raw("billing team", SECRET), "invalid_client"],
    ["another scheme", `Digest username="gateway"`, "token_missing"],
    ["no token behind the scheme", "Bearer", "token_missing"],
    ["a token that is none", "Bearer x.y.z", "invalid_token"],
  ])("refuses %s", async (_what, authorization, error) => {
    const refused = await of(token, authorization);
    const challenges = {
      invalid_client: BASIC,
      token_missing: `${BEARER}, ${BASIC}`,
      invalid_token: `${BEARER}, error="invalid_token"`,
    };
    expect(refused).toMatchObject({ status: 401, error, challenge: challenges[error as keyof typeof challenges] });
    expect(JSON.stringify(refused)).not.toMatch(/gateway|nobody/);
  });

  it("refuses a token that lacks the scope, and two headers with credentials", async () => {
    const reader = `Bearer ${await server.tokenFor({ client: "billing-api", scopes: ["read", "admin"] })}`;
    expect(await of(token, reader)).toMatchObject({
      status: 403,
      error: "insufficient_scope",
      challenge: `${BEARER}, error="insufficient_scope", scope="scope_registry.introspect"`,
    });
    const headers = { authorization: [gateway, billing], "content-type": FORM };
    for (const body of [form({ token }), form({ token, client_id: "gateway", client_secret: GATEWAY_SECRET })]) {
      expect((await callHttp1(server.httpUrl, PATH, { headers, body })).http).toBe(401);
    }
  });

  it("lets a client do nothing else, at no other path", async () => {
    const path = "/scoperegistry.v1.ScopeRegistry/Introspect";
    for (const authorization of [billing, gateway]) {
      const headers = { authorization, "content-type": "application/json" };
      const body = JSON.stringify({ token });
      expect(await callHttp1(server.httpUrl, path, { headers, body })).toMatchObject({
        http: 401,
        reason: "TOKEN_MISSING",
      });
    }
  });

  it.each<[string, string | Uint8Array, Record<string, string>]>([
    ["no body", "", {}],
    ["no token", "token_type_hint=access_token", {}],
    ["an empty token", "token=", {}],
    ["two tokens", "token=a&token=b", {}],
    ["two hints", "token=a&token_type_hint=b&token_type_hint=c", {}],
    ["a token that is too long", `token=${"a".repeat(16_385)}`, {}],
    ["half an escape", "token=%4", {}],
    ["bytes that are no UTF-8", Buffer.from([0x74, 0x6f, 0x6b, 0x65, 0x6e, 0x3d, 0xff]), {}],
    ["JSON", '{"token":"x"}', { "content-type": "application/json" }],
    ["JSON that is called a form", '{"token":"x"}', {}],
    ["a multipart form", "--x--", { "content-type": "multipart/form-data; boundary=x" }],
    ["another charset", "token=x", { "content-type": `${FORM}; charset=iso-8859-1` }],
    ["a content type that is none", "token=x", { "content-type": ";;;" }],
  ])("answers 400 to %s", async (_what, body, headers) => {
    for (const authorization of [bearer, billing]) {
      const refused = await post(body as string, authorization, headers);
      expect(refused).toMatchObject({ status: 400, error: "invalid_request", challenge: null });
    }
    expect(await post(body as string, undefined, headers)).not.toMatchObject({ status: 200 });
  });

  it("takes a form that says its charset, and passes over what it does not know", async () => {
    const body = form({ token, token_type_hint: "refresh_token", resource: "x", foo: "" });
    const headers = { "content-type": `${FORM}; charset=UTF-8` };
    expect(await post(body, billing, headers)).toMatchObject({ status: 200, active: true });
    expect(await post(body, billing, { ...headers, accept: "application/token-introspection+jwt" })).toMatchObject({
      active: true,
    });
  });

  it("answers 405 to other methods, with what is allowed", async () => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
      const headers = { authorization: billing };
      const answer = await callHttp1(server.httpUrl, `${PATH}?token=${token}`, { method, headers });
      expect(answer).toMatchObject({ http: 405, headers: { allow: "POST", "cache-control": "no-store" } });
    }
    const more = await callHttp1(server.httpUrl, `${PATH}/`, { headers: { authorization: billing } });
    expect(more.http).toBe(404);
  });

  it("answers 413 to a form that is too large, however it comes and whoever sends it", async () => {
    const big = Buffer.alloc(3 * 1024 * 1024, "a");
    const pieces = () =>
      new ReadableStream({
        start(controller) {
          for (let at = 0; at < big.length; at += 65_536) controller.enqueue(big.subarray(at, at + 65_536));
          controller.close();
        },
      });
    for (const authorization of [billing, bearer, undefined]) {
      for (const body of [big, pieces(), Buffer.alloc(64 * 1024 + 1, "a")]) {
        expect(await post(body, authorization)).toMatchObject({ status: 413, error: "message_too_large" });
      }
      const headers = { "content-type": FORM, ...(authorization !== undefined && { authorization }) };
      expect(await callHttp2(server.httpUrl, PATH, { headers, body: big })).toMatchObject({ http: 413, broken: "" });
    }
  });

  it("waits for a form that comes slowly, and answers nothing of one that is given up", async () => {
    const body = form({ token, client_id: "billing team", client_secret: SECRET });
    const slow = httpRequest(server.httpUrl + PATH, {
      method: "POST",
      headers: { "content-type": FORM },
      agent: false,
    });
    const answered = once(slow, "response");
    for (let at = 0; at < body.length; at += 40) {
      slow.write(body.slice(at, at + 40));
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    response.resume();

    const session = connectHttp2(server.httpUrl);
    const stream = session.request({ ":method": "POST", ":path": PATH, "content-type": FORM });
    stream.on("error", () => undefined);
    let headers: unknown;
    stream.on("response", (given) => {
      headers = given;
    });
    stream.write(body.slice(0, 40));
    await new Promise((resolve) => setTimeout(resolve, 50));
    stream.close(8);
    await once(stream, "close");
    session.close();
    expect(headers).toBeUndefined();
  });

  it("answers by HTTP/2 as well, credentials in the form among them", async () => {
    const headers = { authorization: billing, "content-type": FORM };
    const answer = await callHttp2(server.httpUrl, PATH, { headers, body: form({ token }) });
    expect([answer.http, answer.broken, JSON.parse(String(answer.body)).active]).toEqual([200, "", true]);
    const body = form({ token, client_id: "billing team", client_secret: SECRET });
    const shown = await callHttp2(server.httpUrl, PATH, { headers: { "content-type": FORM }, body });
    expect([shown.http, shown.broken, JSON.parse(String(shown.body)).active]).toEqual([200, "", true]);
  });

  describe("by software that knows only RFC 7662", () => {
    const known = { active: true, scope: "invoices:read bills:read", client_id: "shop", sub: "alice", aud: BILLING };

    it.each([
      ["client_secret_basic", openid.ClientSecretBasic],
      ["client_secret_post", openid.ClientSecretPost],
    ])("openid-client asks with %s", async (_name, authentication) => {
      const metadata = { issuer: server.httpUrl, introspection_endpoint: server.httpUrl + PATH };
      const configuration = (id: string, secret: string) => {
        const made = new openid.Configuration(metadata, id, undefined, authentication(secret));
        openid.allowInsecureRequests(made);
        return made;
      };
      const right = configuration("billing team", SECRET);
      expect(await openid.tokenIntrospection(right, token)).toMatchObject(known);
      expect(await openid.tokenIntrospection(right, "x", { token_type_hint: "access_token" })).toEqual({
        active: false,
      });
      const wrong = openid.tokenIntrospection(configuration("billing team", `${SECRET}x`), token);
      await expect(wrong).rejects.toMatchObject({ status: 401 });
    });

    it("oauth4webapi asks, and understands how it is refused", async () => {
      const as = { issuer: server.httpUrl, introspection_endpoint: server.httpUrl + PATH };
      const options = { [oauth.allowInsecureRequests]: true };
      const client = { client_id: "billing team" };
      const ask = async (authentication: oauth.ClientAuth) => {
        const response = await oauth.introspectionRequest(as, client, authentication, token, options);
        return oauth.processIntrospectionResponse(as, client, response);
      };
      expect(await ask(oauth.ClientSecretBasic(SECRET))).toMatchObject(known);
      expect(await ask(oauth.ClientSecretPost(SECRET))).toMatchObject(known);
      const refusal = await ask(oauth.ClientSecretBasic("another")).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
      expect((refusal as oauth.WWWAuthenticateChallengeError).cause[0]?.scheme).toBe("basic");
      const nothing = await ask((_as, _client, _body, headers) => headers.delete("authorization")).catch(
        (error: unknown) => error,
      );
      const schemes = (nothing as oauth.WWWAuthenticateChallengeError).cause.map(({ scheme }) => scheme);
      expect(schemes).toEqual(["bearer", "basic"]);
    });
  });

  it("answers 503, and when to come again, while the issuer of opaque tokens is away", async () => {
    const opaque = server.issuer.know(claims);
    await server.issuer.goDown();
    const refused = await callHttp1(server.httpUrl, PATH, {
      headers: { authorization: billing, "content-type": FORM },
      body: form({ token: opaque }),
    });
    await server.issuer.comeBack();
    expect(refused).toMatchObject({ http: 503, headers: { "retry-after": "5" } });
    expect(JSON.parse(String(refused.body)).error).toBe("issuer_unavailable");
  });
});

describe("the file of introspection clients", () => {
  const ask = async (server: TestServer, authorization: string) => {
    const headers = { authorization, "content-type": FORM };
    return (await fetch(server.httpUrl + PATH, { method: "POST", headers, body: "token=x" })).status;
  };

  it("is read again when it has changed", async () => {
    await using file = await makeClientsFile([{ id: "gateway", secrets: [OLD_SECRET] }]);
    await using server = await startTestServer({ settings: { INTROSPECTION_CLIENTS: file.path } });
    const old = raw("gateway", OLD_SECRET);
    expect([await ask(server, old), await ask(server, gateway)]).toEqual([200, 401]);

    await file.write([{ id: "gateway", secrets: [OLD_SECRET, GATEWAY_SECRET] }]);
    await waitUntil("the new secret is known", async () => (await ask(server, gateway)) === 200);
    expect(await ask(server, old)).toBe(200);

    await file.write([{ id: "gateway", secrets: [GATEWAY_SECRET] }]);
    await waitUntil("the old secret is forgotten", async () => (await ask(server, old)) === 401);
    expect(await ask(server, gateway)).toBe(200);
    await file.write([]);
    await waitUntil("the client is forgotten", async () => (await ask(server, gateway)) === 401);
  });

  it("is not needed: then there is nothing to show but a token", async () => {
    await using server = await startTestServer();
    const headers = { authorization: gateway, "content-type": FORM };
    const refused = await callHttp1(server.httpUrl, PATH, { headers, body: "token=x" });
    expect(refused).toMatchObject({ http: 401, headers: { "www-authenticate": BEARER } });
    const body = form({ token: "x", client_id: "gateway", client_secret: GATEWAY_SECRET });
    const posted = await callHttp1(server.httpUrl, PATH, { headers: { "content-type": FORM }, body });
    expect(posted).toMatchObject({ http: 401, headers: { "www-authenticate": BEARER } });
    const bearer = `Bearer ${await server.tokenFor({ scopes: ["introspect"] })}`;
    expect(await ask(server, bearer)).toBe(200);
  });

  const form = (members: Record<string, string>) => new URLSearchParams(members).toString();
});
