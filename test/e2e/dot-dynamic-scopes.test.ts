/** Resource servers with the Django package dot-dynamic-scopes register as they always have. */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { ResourceServerMode, ScopeState } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callHttp1, callHttp2 } from "../support/raw-calls.ts";
import { expectReadable, refusalOf } from "../support/refusal.ts";
import { type CallerOptions, type Clients, startTestServer, type TestServer, unique } from "../support/test-server.ts";

const PATH = "/compat/dot-dynamic-scopes/register_scope/";
const SCOPE = "register-scope";
const SETTINGS = { DOT_DYNAMIC_SCOPES: SCOPE };
const REALM = 'Bearer realm="scope-registry"';
const MANY = 200;

/** How a body is answered. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What a refusal says. */
  readonly error: string;
  readonly description: string;
  readonly fields: readonly string[];
}

interface Sent {
  readonly token?: string | undefined;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(server: TestServer, body: RequestInit["body"], sent: Sent = {}): Promise<Answered> {
  const { token, method = "POST", path = PATH, headers = {} } = sent;
  const response = await fetch(server.httpUrl + path, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body, duplex: "half" as const }),
  });
  const text = await response.text();
  const refused = response.status >= 400 && text !== "";
  const { error = "", error_description: description = "", violations = [] } = refused ? JSON.parse(text) : {};
  if (refused) {
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(error).toMatch(/^[a-z_]+$/);
    if (response.status !== 405) expectReadable(description);
  }
  const fields = violations.map(({ field }: { field: string }) => field);
  return { status: response.status, headers: response.headers, text, error, description, fields };
}

/** A resource server as it was deployed: what its token may is one scope of another issuer's naming. */
const deployed = (client: string, more: Partial<CallerOptions> = {}): CallerOptions => ({
  client,
  claims: { scope: SCOPE },
  ...more,
});

describe.each(["embedded", "mongodb"] as const)("registering as with dot-dynamic-scopes, on the store %s", (store) => {
  let server: TestServer;
  let admin: Clients["admin"];
  let registry: Clients["registry"];

  beforeAll(async () => {
    server = await startTestServer({ store, settings: SETTINGS });
    ({ admin, registry } = await server.as({ client: "operator", scopes: ["admin", "read"] }));
  });
  afterAll(() => server.stop());

  /** A resource server of one test. */
  async function someone(more: Partial<CallerOptions> = {}) {
    const id = unique("archive");
    const token = await server.tokenFor(deployed(id, more));
    const post = (body: unknown, sent: Sent = {}) => send(server, JSON.stringify(body), { token, ...sent });
    return { id, name: `${id}:read`, token, post };
  }

  const stored = async (name: string) => (await registry.listScopes({ names: [name] })).scopes[0];
  const head = async () => (await registry.listScopes({ pageSize: 1 })).revision;

  it("answers 201 to a new scope, and 200 to what is there already, changed or not", async () => {
    const { id, name, post } = await someone();
    const created = await post({ name, description: "Read the archive", is_default: false });
    expect([created.status, created.text]).toEqual([201, ""]);
    expect(created.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await stored(name)).toMatchObject({ owner: id, description: "Read the archive", isDefault: false });
    const revision = await head();
    expect(await post({ name, description: "Read the archive", is_default: false })).toMatchObject({ status: 200 });
    expect(await head()).toBe(revision);
    const updated = await post({ name, description: "Read it", is_default: false });
    expect([updated.status, updated.text]).toEqual([200, ""]);
    expect(await stored(name)).toMatchObject({ description: "Read it", state: ScopeState.ACTIVE });
    expect((await admin.listChanges({ resourceServer: id, pageSize: 1 })).entries[0]).toMatchObject({ actor: id });
  });

  it("leaves the caller's other scopes as they are", async () => {
    const { name, post } = await someone();
    await post({ name, description: "Read" });
    await post({ name: `${name}2`, description: "Read more" });
    expect(await stored(name)).toMatchObject({ state: ScopeState.ACTIVE });
  });

  it("keeps whether a scope is a default where that is left out", async () => {
    const { name, post } = await someone({ claims: { scope: `${SCOPE} scope_registry.register_default` } });
    await post({ name, description: "Read", is_default: true });
    expect(await post({ name, description: "Read on" })).toMatchObject({ status: 200 });
    expect(await stored(name)).toMatchObject({ description: "Read on", isDefault: true });
    expect(await post({ name, description: "Read on", is_default: false })).toMatchObject({ status: 200 });
    expect(await stored(name)).toMatchObject({ isDefault: false });
  });

  it("asks for the right to set defaults, which an administrator can give", async () => {
    const { id, name, post } = await someone();
    const body = { name, description: "Read", is_default: true };
    const before = await head();
    const refused = await post(body);
    expect(refused).toMatchObject({ status: 403, error: "insufficient_scope" });
    const challenge = `${REALM}, error="insufficient_scope", scope="scope_registry.register_default"`;
    expect(refused.headers.get("www-authenticate")).toBe(challenge);
    expect([await head(), await stored(name)]).toEqual([before, undefined]);
    await admin.setResourceServer({ resourceServer: { name: id, maySetDefaults: true } });
    expect(await post(body)).toMatchObject({ status: 201 });
    expect(await stored(name)).toMatchObject({ isDefault: true });
  });

  it("takes the usual scope for registering as well, and refuses any other", async () => {
    const { name, post } = await someone({ claims: {}, scopes: ["register"] });
    expect(await post({ name, description: "Read" })).toMatchObject({ status: 201 });
    const reader = await someone({ claims: {}, scopes: ["read", "validate", "introspect", "admin"] });
    const refused = await reader.post({ name: reader.name, description: "Read" });
    expect(refused).toMatchObject({ status: 403, error: "insufficient_scope" });
    expect(refused.description).toContain('"register-scope", or "scope_registry.register"');
    const challenge = `${REALM}, error="insufficient_scope", scope="${SCOPE}"`;
    expect(refused.headers.get("www-authenticate")).toBe(challenge);
    expect(await stored(reader.name)).toBeUndefined();
  });

  it("lets its scope do for nothing else, and nobody register that", async () => {
    const { id, token, post } = await someone();
    const clients = server.withHeader(`Bearer ${token}`);
    const scopes = [{ name: `${id}:a`, description: "Read" }];
    for (const call of [
      clients.registry.registerScopes({ scopes }),
      clients.registry.listScopes({}),
      clients.admin.listChanges({}),
    ]) {
      expect(await refusalOf(call)).toMatchObject({ reason: "SCOPE_MISSING" });
    }
    const claimed = await post({ name: SCOPE, description: "Register" });
    expect(claimed).toMatchObject({ status: 403, error: "scope_not_owned" });
    expect(await stored(SCOPE)).toMatchObject({ owner: "", restricted: true, unlisted: true });
  });

  it("refuses a name that is another's, or under another's prefix", async () => {
    const owner = await someone();
    const thief = await someone();
    await owner.post({ name: owner.name, description: "Mine" });
    await admin.setResourceServer({ resourceServer: { name: owner.id, namePrefixes: [`${owner.id}:`] } });
    const before = await head();
    const taken = await thief.post({ name: owner.name, description: "Mine now" });
    expect(taken).toMatchObject({ status: 403, error: "scope_not_owned" });
    expect(taken.headers.get("www-authenticate")).toBeNull();
    const prefixed = await thief.post({ name: `${owner.id}:more`, description: "Mine too" });
    expect(prefixed).toMatchObject({ status: 403, error: "prefix_not_owned" });
    expect(await head()).toBe(before);
    expect(await stored(owner.name)).toMatchObject({ owner: owner.id, description: "Mine" });
  });

  it("answers 201 to what waits for a review, and 409 where registering is closed", async () => {
    const { id, name, post } = await someone();
    await admin.setResourceServer({ resourceServer: { name: id, mode: ResourceServerMode.REVIEW } });
    expect(await post({ name, description: "Read" })).toMatchObject({ status: 201 });
    expect(await stored(name)).toMatchObject({ state: ScopeState.PENDING });
    expect(await post({ name, description: "Read" })).toMatchObject({ status: 200 });
    await admin.setResourceServer({ resourceServer: { name: id, mode: ResourceServerMode.READ_ONLY } });
    const before = await head();
    const closed = await post({ name, description: "Read on" });
    expect(closed).toMatchObject({ status: 409, error: "registration_closed" });
    expect(await head()).toBe(before);
  });

  it("makes a scope valid again that its owner has disabled, and not one that an administrator has", async () => {
    const { id, name, post } = await someone();
    await post({ name, description: "Read" });
    const owner = await server.as({ client: id, scopes: ["register"] });
    await owner.admin.disableScopes({ names: [name], force: true });
    expect(await post({ name, description: "Read" })).toMatchObject({ status: 200 });
    expect(await stored(name)).toMatchObject({ state: ScopeState.ACTIVE });
    await admin.disableScopes({ names: [name], force: true });
    expect(await post({ name, description: "Read" })).toMatchObject({ status: 200 });
    expect(await stored(name)).toMatchObject({ state: ScopeState.DISABLED, disabledByAdmin: true });
  });

  it("knows the registry's templates", async () => {
    const { id, post } = await someone();
    expect(await post({ name: `${id}:{volume}:read`, description: "Read one" })).toMatchObject({ status: 201 });
    const thief = await someone();
    const instance = { name: `${id}:7:read`, description: "Read the seventh" };
    expect(await thief.post(instance)).toMatchObject({ status: 403, error: "prefix_not_owned" });
    const broken = await post({ name: `${id}:{volume`, description: "Read one" });
    expect(broken).toMatchObject({ status: 400, fields: ["name"] });
  });

  it("lets exactly one of many have a name that they race for", async () => {
    const name = unique("race:read");
    const racers = await Promise.all(Array.from({ length: 8 }, () => someone()));
    const answers = await Promise.all(racers.map(({ post }) => post({ name, description: "Mine" })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array(7).fill(403)]);
    expect(await stored(name)).toMatchObject({ owner: racers[statuses.indexOf(201)]?.id });
  });

  it.each<[string, string | Uint8Array]>([
    ["nothing", ""],
    ["half an object", '{"name": "a:b"'],
    ["a list", '[{"name": "a:b", "description": "Read"}]'],
    ["null", "null"],
    ["a text", '"name"'],
    ["a number", "1"],
    ["a form", "name=a:b&description=Read"],
    ["two objects", '{"name": "a:b", "description": "Read"}{}'],
    ["bytes that are no UTF-8", Buffer.from([...Buffer.from('{"name": "a:b", "description": "'), 0xff, 0x22, 0x7d])],
    ["UTF-16", Buffer.from('{"name": "a:b", "description": "Read"}', "utf16le")],
    ["60,000 lists in each other", "[".repeat(60_000)],
    ["20,000 objects in each other", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`.slice(0, 60_000)],
  ])("answers 400 to a body that is %s", async (_what, body) => {
    const { token } = await someone();
    const before = await head();
    const answered = await send(server, body as string, { token });
    expect(answered.status).toBe(400);
    expect(answered.description).toContain("name");
    expect(await head()).toBe(before);
  });

  it.each<[string, object, readonly string[]]>([
    ["without all", {}, ["name", "description"]],
    ["without name", { description: "Read" }, ["name"]],
    ["without description", { name: "a:b" }, ["description"]],
    ["with null in each", { name: null, description: null, is_default: null }, ["name", "description", "is_default"]],
    ["with numbers", { name: 1, description: 2, is_default: 1 }, ["name", "description", "is_default"]],
    ["with texts for true", { name: "a:b", description: "Read", is_default: "true" }, ["is_default"]],
    ["with lists", { name: ["a:b"], description: { en: "Read" } }, ["name", "description"]],
    ["with deep lists", { name: JSON.parse("[".repeat(5_000) + "]".repeat(5_000)), description: "Read" }, ["name"]],
    ["with empty texts", { name: "", description: "" }, ["name", "description"]],
    ["with a name of 256 characters", { name: "a".repeat(256), description: "Read" }, ["name"]],
    ["with a space in the name", { name: "a b", description: "Read" }, ["name"]],
    ["with NUL in the name", { name: "a\0b", description: "Read" }, ["name"]],
    ["with NUL in the description", { name: "a:b", description: "Read\0" }, ["description"]],
    ["with another alphabet in the name", { name: "архив", description: "Read" }, ["name"]],
    ["with a quotation mark in the name", { name: 'a"b', description: "Read" }, ["name"]],
    ["with half a character", { name: "a:b", description: "\ud83d" }, ["description"]],
    [
      "with a wrong type beside",
      { name: "a b", description: "", is_default: null },
      ["is_default", "name", "description"],
    ],
    ["with a description that is too long", { name: "a b", description: "x".repeat(1_001) }, ["name", "description"]],
  ])("answers 400 to a scope %s, naming all that is wrong", async (_what, body, fields) => {
    const { post } = await someone();
    const before = await head();
    const answered = await post(body);
    expect(answered).toMatchObject({ status: 400, error: "invalid_request", fields });
    for (const field of fields) expect(answered.description).toContain(`${field}: `);
    expect(answered.description).not.toContain("scopes[0]");
    expect(await head()).toBe(before);
  });

  it("takes what the grammar allows at its limits, in whatever spelling, and passes over what it does not know", async () => {
    const { id, token, post } = await someone();
    const name = `${id}:`.padEnd(255, "x");
    expect(await post({ name, description: "🗄".repeat(1_000), id: 1, application: null })).toMatchObject({
      status: 201,
    });
    const escaped = JSON.stringify({ name, description: "🗄".repeat(1_000) }).replaceAll("🗄", "\\ud83d\\uddc4");
    expect(await send(server, escaped, { token })).toMatchObject({ status: 200 });
    expect((await stored(name))?.description).toBe("🗄".repeat(1_000));
    const proto = `{"__proto__": {"name": "x"}, "constructor": 1, "name": "${id}:p", "description": "Read"}`;
    expect(await send(server, proto, { token })).toMatchObject({ status: 201 });
  });

  it("takes the last of a member that is given twice", async () => {
    const { id, token } = await someone();
    const body = `{"name": "${id}:first", "description": "Read", "name": "${id}:last"}`;
    expect(await send(server, body, { token })).toMatchObject({ status: 201 });
    expect([await stored(`${id}:first`), (await stored(`${id}:last`))?.owner]).toEqual([undefined, id]);
  });

  it.each(["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"])(
    "does not look at the content type: %j",
    async (type) => {
      const { name, post } = await someone();
      expect(await post({ name, description: "Read" }, { headers: { "content-type": type } })).toMatchObject({
        status: 201,
      });
    },
  );

  it("is there with and without the slash at its end, and nowhere else", async () => {
    const { name, post } = await someone();
    expect(await post({ name, description: "Read" }, { path: PATH.slice(0, -1) })).toMatchObject({ status: 201 });
    expect(await post({ name, description: "Read" }, { path: `${PATH}?format=json` })).toMatchObject({ status: 200 });
    for (const path of [`${PATH}/`, `${PATH}more`, "/compat/dot-dynamic-scopes/", PATH.toUpperCase()]) {
      expect((await callHttp1(server.httpUrl, path, { body: "{}" })).http).toBe(404);
    }
  });

  it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])("answers 405 to %s", async (method) => {
    const { token } = await someone();
    const answered = await send(server, undefined, { token, method });
    expect([answered.status, answered.headers.get("allow")]).toEqual([405, "POST"]);
    expect(answered.error).toBe(method === "HEAD" ? "" : "method_not_allowed");
    const again = await callHttp2(server.httpUrl, PATH, { method });
    expect(again).toMatchObject({ http: 405, broken: "" });
    if (method === "HEAD") expect(again.body).toHaveLength(0);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ["no token", {}, REALM, "token_missing"],
    ["another scheme", { authorization: "Basic YTpi" }, REALM, "token_missing"],
    ["garbage", { authorization: "Bearer garbage" }, `${REALM}, error="invalid_token"`, "invalid_token"],
  ])("answers 401 with a challenge to %s, whatever the body", async (_what, headers, challenge, error) => {
    for (const body of ["{", "x".repeat(1_000_000)]) {
      const answered = await send(server, body, { headers });
      expect(answered).toMatchObject({ status: 401, error });
      expect(answered.headers.get("www-authenticate")).toBe(challenge);
    }
  });

  it("answers 401 to a token that is expired, or of another audience", async () => {
    const now = Math.floor(Date.now() / 1_000);
    for (const claims of [
      { iat: now - 120, exp: now - 60 },
      { aud: "https://elsewhere.example" },
      { aud: undefined },
    ]) {
      const { name, post } = await someone({ claims: { scope: SCOPE, ...claims } });
      expect(await post({ name, description: "Read" })).toMatchObject({ status: 401, error: "invalid_token" });
      expect(await stored(name)).toBeUndefined();
    }
  });

  it("answers 413 to a body that is too large, however it comes", async () => {
    const { token } = await someone();
    const big = Buffer.alloc(3 * 1024 * 1024, " ");
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < big.length; at += 65_536) controller.enqueue(big.subarray(at, at + 65_536));
        controller.close();
      },
    });
    for (const body of [big, pieces, Buffer.alloc(64 * 1024 + 1, " ")]) {
      expect(await send(server, body, { token })).toMatchObject({ status: 413, error: "message_too_large" });
    }
    const headers = { authorization: `Bearer ${token}` };
    expect(await callHttp2(server.httpUrl, PATH, { headers, body: big })).toMatchObject({ http: 413, broken: "" });
    expect((await send(server, Buffer.alloc(64 * 1024, " "), { token })).status).toBe(400);
  });

  it("waits for a body that comes slowly, and stores nothing of one that is given up", async () => {
    const { id, token } = await someone();
    const headers = { authorization: `Bearer ${token}` };
    const body = (name: string) => [`{"name": "${id}:${name}", `, '"description": "Read"}'] as const;
    const slow = httpRequest(server.httpUrl + PATH, { method: "POST", headers, agent: false });
    const answered = once(slow, "response");
    for (const byte of Buffer.from(body("slow").join(""))) slow.write(Buffer.of(byte));
    slow.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(201);
    response.resume();

    const before = await head();
    const [start] = body("aborted");
    const aborted = httpRequest(server.httpUrl + PATH, { method: "POST", headers, agent: false });
    aborted.on("error", () => undefined);
    aborted.write(start);
    await new Promise((resolve) => setTimeout(resolve, 50));
    aborted.destroy();
    const session = connectHttp2(server.httpUrl);
    const stream = session.request({ ":method": "POST", ":path": PATH, ...headers });
    stream.on("error", () => undefined);
    stream.write(start);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stream.end('"description": "Read"}');
    stream.close(8);
    await once(stream, "close");
    session.close();
    expect((await fetch(`${server.httpUrl}/healthz`)).status).toBe(200);
    expect(await head()).toBe(before);
  });

  it("keeps a connection over many registrations and refusals", async () => {
    const { id, post } = await someone();
    const statuses = new Set<number>();
    for (let at = 0; at < MANY; at += 1) {
      statuses.add((await post({ name: at % 2 === 0 ? `${id}:${at}` : "a b", description: "Read" })).status);
    }
    expect(statuses).toEqual(new Set([201, 400]));
  });

  it("answers by HTTP/2 as well", async () => {
    const { name, token } = await someone();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ name, description: "Read" });
    expect(await callHttp2(server.httpUrl, PATH, { headers, body })).toMatchObject({ http: 201, broken: "" });
    expect(await callHttp2(server.httpUrl, PATH, { headers, body })).toMatchObject({ http: 200, broken: "" });
    expect(await callHttp2(server.httpUrl, PATH, { headers, body: "{" })).toMatchObject({ http: 400, broken: "" });
    expect(await callHttp2(server.httpUrl, PATH, { body })).toMatchObject({ http: 401, broken: "" });
  });
});

describe("without SCOPE_REGISTRY_DOT_DYNAMIC_SCOPES", () => {
  it("there is nothing at the path, and its scope is anybody's name", async () => {
    await using server = await startTestServer();
    const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
    const token = await server.tokenFor({ client: "billing-api", scopes: ["register"] });
    for (const path of [PATH, PATH.slice(0, -1)]) {
      for (const method of ["POST", "GET"]) {
        const headers = { authorization: `Bearer ${token}` };
        expect((await callHttp1(server.httpUrl, path, { method, headers })).http).toBe(404);
      }
    }
    await registry.registerScopes({ scopes: [{ name: SCOPE, description: "Register" }] });
  });
});

describe("with the name of the usual scope", () => {
  it("asks for that alone", async () => {
    await using server = await startTestServer({ settings: { DOT_DYNAMIC_SCOPES: "scope_registry.register" } });
    const body = JSON.stringify({ name: "archive:read", description: "Read" });
    const token = await server.tokenFor({ client: "archive", scopes: ["register"] });
    expect(await send(server, body, { token })).toMatchObject({ status: 201 });
    const reader = await server.tokenFor({ client: "archive", scopes: ["read"] });
    const refused = await send(server, body, { token: reader });
    expect(refused.description).toMatch(/the scope "scope_registry.register"$/);
  });
});

describe("with opaque tokens, as Django OAuth Toolkit makes them", () => {
  const body = JSON.stringify({ name: "archive:read", description: "Read", is_default: false });
  /** What its introspection answers for a token of the client credentials grant. */
  const known = (more: object = {}) => ({
    client_id: "archive",
    scope: SCOPE,
    aud: undefined,
    iss: undefined,
    ...more,
  });

  it("takes one without audience only where its issuer's settings say so", async () => {
    await using strict = await startTestServer({ settings: SETTINGS, opaqueTokens: true });
    const refused = await send(strict, body, { token: strict.issuer.know(known()) });
    expect(refused).toMatchObject({ status: 401, error: "invalid_token" });
    expect(refused.description).toContain("another audience");
    expect(await send(strict, body, { token: strict.issuer.know(known({ aud: "scope-registry" })) })).toMatchObject({
      status: 201,
    });

    await using lenient = await startTestServer({
      settings: SETTINGS,
      opaqueTokens: true,
      introspection: { audience_optional: true },
    });
    const { issuer } = lenient;
    expect(await send(lenient, body, { token: issuer.know(known()) })).toMatchObject({ status: 201 });
    expect(
      await send(lenient, body, { token: issuer.know(known({ aud: ["https://elsewhere.example"] })) }),
    ).toMatchObject({
      status: 401,
    });
    expect(await send(lenient, body, { token: issuer.know(known({ scope: "other" })) })).toMatchObject({ status: 403 });
    expect(await send(lenient, body, { token: issuer.know(known({ client_id: "another" })) })).toMatchObject({
      status: 403,
      error: "scope_not_owned",
    });
    const jwt = await lenient.tokenFor({ client: "archive", claims: { scope: SCOPE, aud: undefined } });
    expect(await send(lenient, body, { token: jwt })).toMatchObject({ status: 401 });
  });

  it("answers 503, and when to come again, while the issuer is away", async () => {
    await using server = await startTestServer({ settings: SETTINGS, opaqueTokens: true });
    const token = server.issuer.know(known({ aud: "scope-registry" }));
    await server.issuer.goDown();
    const refused = await send(server, body, { token });
    expect(refused).toMatchObject({ status: 503, error: "issuer_unavailable" });
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(refused.headers.get("www-authenticate")).toBeNull();
  });
});
