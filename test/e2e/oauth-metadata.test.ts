/** What anybody may read: the scopes that can be asked for, and the metadata of resources. */
import { gunzipSync } from "node:zlib";
import { RegistrationMode, ResourceServerMode } from "@scope-registry/client";
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callHttp1, callHttp2 } from "../support/raw-calls.ts";
import { expectReadable } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, unique } from "../support/test-server.ts";
import { waitUntil } from "../support/wait-until.ts";

const SCOPES = "/oauth2/scopes";
const BILLING = "https://billing.example.com/v1";
const DOCS = "https://docs.example.com";
const URN = "urn:example:reports";
const metadataPath = (resource: string) => `/.well-known/oauth-protected-resource/${encodeURIComponent(resource)}`;

describe.each(["embedded", "mongodb"] as const)("public metadata, on the store %s", (store) => {
  let server: TestServer;
  let admin: Clients["admin"];
  let billing: Clients["registry"];

  beforeAll(async () => {
    server = await startTestServer({ store });
    ({ admin } = await server.as({ client: "operator", scopes: ["admin"] }));
    billing = (await server.as({ client: "billing-api", scopes: ["register", "registerDefault"] })).registry;
    const docs = (await server.as({ client: "docs-api", scopes: ["register"] })).registry;
    const kept = [
      { name: "invoices:read", description: "Read", resources: [BILLING], isDefault: true, aliases: ["bills:read"] },
      { name: "invoices:write", description: "Write", resources: [BILLING, URN], restricted: true },
      { name: "invoices:old", description: "Old", resources: [BILLING], deprecated: true },
      { name: "invoices:secret", description: "Secret", resources: [BILLING], unlisted: true },
      { name: "invoices:{id}:read", description: "Read one", resources: [BILLING] },
      { name: "invoices:any", description: "Good everywhere" },
    ];
    await billing.registerScopes({ scopes: [...kept, { name: "invoices:gone", description: "Gone" }] });
    await billing.registerScopes({ scopes: kept, mode: RegistrationMode.REPLACE, displayName: "Billing API" });
    await docs.registerScopes({ scopes: [{ name: "docs:read", description: "Read docs", resources: [DOCS] }] });
    await admin.setResourceServer({
      resourceServer: { name: "docs-api", mode: ResourceServerMode.REVIEW, resources: [DOCS] },
    });
    await docs.registerScopes({ scopes: [{ name: "docs:late", description: "Waits", resources: [DOCS] }] });
  });
  afterAll(() => server.stop());

  const get = (path: string, headers = {}) => fetch(server.httpUrl + path, { headers });
  const listed = async (query = "") => (await get(SCOPES + query)).json();

  it("lists the scopes that can be asked for: in force, not unlisted, no templates", async () => {
    const scopes = ["docs:read", "invoices:any", "invoices:old", "invoices:read", "invoices:write"];
    expect(await listed()).toEqual({ scopes_supported: scopes });
    expect(await listed("?resource=")).toEqual({ scopes_supported: scopes });
  });

  it("lists those of a resource", async () => {
    const of = (resource: string) => listed(`?resource=${encodeURIComponent(resource)}`);
    expect(await of(BILLING)).toEqual({ scopes_supported: ["invoices:old", "invoices:read", "invoices:write"] });
    expect(await of(URN)).toEqual({ scopes_supported: ["invoices:write"] });
    for (const other of [`${DOCS}/`, "https://nobody.example.com", "x", "\0", "%"]) {
      expect(await of(other)).toEqual({ scopes_supported: [] });
    }
    const twice = await get(`${SCOPES}?resource=a&resource=b`);
    expect([twice.status, twice.headers.get("cache-control")]).toEqual([400, "no-store"]);
    const { error, error_description } = (await twice.json()) as Record<string, string>;
    expect(error).toBe("invalid_request");
    expectReadable(error_description ?? "");
  });

  it("has the metadata of a resource, as clients of RFC 9728 take it", async () => {
    const issuer = server.issuer.issuer;
    const answer = await get(metadataPath(BILLING));
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await oauth.processResourceDiscoveryResponse(new URL(BILLING), answer)).toEqual({
      resource: BILLING,
      authorization_servers: [issuer],
      scopes_supported: ["invoices:old", "invoices:read", "invoices:write"],
      bearer_methods_supported: ["header"],
      resource_name: "Billing API",
    });
    expect(await (await get(metadataPath(DOCS))).json()).toEqual({
      resource: DOCS,
      authorization_servers: [issuer],
      scopes_supported: ["docs:read"],
      bearer_methods_supported: ["header"],
    });
  });

  it("takes the resource as it is, too", async () => {
    const at = "/.well-known/oauth-protected-resource/";
    for (const resource of [BILLING, DOCS, URN]) {
      expect(await (await get(at + resource)).json()).toMatchObject({ resource });
      const http2 = await callHttp2(server.httpUrl, at + resource, { method: "GET" });
      expect([http2.http, http2.broken, JSON.parse(String(http2.body)).resource]).toEqual([200, "", resource]);
    }
    const odd = "https://odd.example.com/a%20b/?v=1&w=%2F";
    const name = unique("odd");
    const { registry } = await server.as({ client: name, scopes: ["register"] });
    await registry.registerScopes({ scopes: [{ name, description: "Odd", resources: [odd] }] });
    // So that no later test finds what was true before.
    await waitUntil("it is listed", async () => (await (await get(SCOPES)).text()).includes(`"${name}"`));
    for (const path of [at + odd, metadataPath(odd), `${metadataPath(odd)}?x=1`]) {
      expect((await callHttp1(server.httpUrl, path, { method: "GET" })).http).toBe(200);
    }
  });

  it("answers 404 to what nobody has registered, and to another spelling, which tokens would not have", async () => {
    const at = "/.well-known/oauth-protected-resource";
    const spellings = [`${DOCS}/`, "https://DOCS.example.com", "https://docs.example.com:443", `${DOCS}?`];
    const paths = ["/", "/%", "/%ff", "/%00", "/%zz", "/x", `/${"a".repeat(10_000)}`, `/${"/".repeat(10_000)}`, ""];
    for (const path of [...paths.map((path) => at + path), ...spellings.map(metadataPath), `${at}/../..${SCOPES}`]) {
      // Its client sends paths as they are.
      const answer = await callHttp2(server.httpUrl, path, { method: "GET" });
      expect(answer, path).toMatchObject({ http: 404, headers: { "cache-control": "no-store" } });
      const { error, error_description } = JSON.parse(String(answer.body));
      expect(error).toBe("not_found");
      expectReadable(error_description);
    }
  });

  it("shows a change soon, under another tag, and has the tag of before for what is as before", async () => {
    const name = unique("invoices:new");
    const tag = async () => (await get(SCOPES)).headers.get("etag") ?? "";
    const shows = async (path: string) => (await (await get(path)).text()).includes(`"${name}"`);
    const before = await tag();
    await billing.registerScopes({ scopes: [{ name, description: "New", resources: [BILLING] }] });
    await waitUntil("it is listed", () => shows(SCOPES));
    await waitUntil("it is in the metadata", () => shows(metadataPath(BILLING)));
    expect(await tag()).not.toBe(before);
    expect((await get(SCOPES, { "if-none-match": before })).status).toBe(200);
    await billing.registerScopes({ scopes: [{ name, description: "New", unlisted: true }] });
    await waitUntil("it is listed no more", async () => (await tag()) === before);
  });

  it.each([SCOPES, metadataPath(BILLING)])("answers %s without its body to who has it, and to HEAD", async (path) => {
    const full = await get(path);
    const etag = full.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    expect(full.headers.get("cache-control")).toBe("public, max-age=60");
    expect(full.headers.get("vary")).toBe("accept-encoding");
    for (const tag of [etag, etag.slice(2), `"x", ${etag}`, "*"]) {
      for (const call of [callHttp1, callHttp2]) {
        const answer = await call(server.httpUrl, path, { method: "GET", headers: { "if-none-match": tag } });
        expect(answer).toMatchObject({
          http: 304,
          broken: "",
          headers: { etag, "cache-control": "public, max-age=60" },
        });
        expect(answer.body).toHaveLength(0);
      }
    }
    for (const tag of ['"x"', etag.slice(0, -1), ""]) {
      const answer = await callHttp1(server.httpUrl, path, { method: "GET", headers: { "if-none-match": tag } });
      expect(answer.http).toBe(200);
    }
    for (const call of [callHttp1, callHttp2]) {
      const head = await call(server.httpUrl, path, { method: "HEAD" });
      expect(head).toMatchObject({
        http: 200,
        broken: "",
        headers: { etag, "content-length": String((await full.clone().text()).length) },
      });
      expect(head.body).toHaveLength(0);
    }
  });

  it("compresses what is large, for who takes that", async () => {
    const { registry } = await server.as({ client: unique("large"), scopes: ["register"] });
    const resource = "https://large.example.com";
    const scopes = Array.from({ length: 200 }, () => ({
      name: unique("large:scope"),
      description: "x",
      resources: [resource],
    }));
    await registry.registerScopes({ scopes });
    const small = `${SCOPES}?resource=${encodeURIComponent(DOCS)}`;
    const large = `${SCOPES}?resource=${encodeURIComponent(resource)}`;
    const encodingOf = async (path: string, accept: string) => {
      const answer = await callHttp1(server.httpUrl, path, { method: "GET", headers: { "accept-encoding": accept } });
      const plain = answer.headers["content-encoding"] === "gzip" ? gunzipSync(answer.body) : answer.body;
      expect(JSON.parse(String(plain)).scopes_supported).toHaveLength(path === large ? 200 : 1);
      expect(answer.headers).toMatchObject({ vary: "accept-encoding", "content-length": String(answer.body.length) });
      return [answer.headers["content-encoding"], answer.headers["etag"]];
    };
    const etag = (await get(large)).headers.get("etag");
    for (const accept of ["gzip", "br, GZIP;q=0.5", "*", "deflate;q=1,*;q=0.1"]) {
      expect(await encodingOf(large, accept), accept).toEqual(["gzip", etag]);
    }
    for (const accept of ["", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=x", "xgzip"]) {
      expect(await encodingOf(large, accept), accept).toEqual([undefined, etag]);
    }
    expect((await encodingOf(small, "gzip"))[0]).toBeUndefined();
  });

  it.each(["POST", "PUT", "DELETE", "PATCH"])("refuses %s, with what is allowed", async (method) => {
    for (const path of [SCOPES, metadataPath(BILLING), metadataPath("x")]) {
      const answer = await callHttp1(server.httpUrl, path, { method });
      expect(answer).toMatchObject({ http: 405, headers: { allow: "GET, HEAD" } });
      expect(JSON.parse(String(answer.body)).error).toBe("method_not_allowed");
    }
  });
});

it("names the issuer of dev mode, too, where there is one", async () => {
  await using server = await startTestServer({ dev: true, issuer: { owner_prefix: "test:" } });
  const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
  await registry.registerScopes({ scopes: [{ name: "invoices:read", description: "Read", resources: [BILLING] }] });
  const answer = (await (await fetch(server.httpUrl + metadataPath(BILLING))).json()) as Record<string, unknown>;
  expect(answer["authorization_servers"]).toEqual(["https://dev-issuer.scope-registry.invalid", server.issuer.issuer]);
});
