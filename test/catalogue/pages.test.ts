import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SignInEndpoints } from "../../src/auth/sign-in-metadata.ts";
import { PAGE_PATHS, PAGES_BELOW } from "../../src/transport/http/catalogue/catalogue-routes.ts";
import { callHttp1, callHttp2, type RawAnswer } from "../support/raw-calls.ts";
import { builtFiles, PAGE, SCRIPT, startPages } from "./pages-server.ts";

const ASSET = "/assets/main-ABC123.js";
const ENDPOINTS: SignInEndpoints = {
  authorizationEndpoint: "https://login.example.com/authorize",
  tokenEndpoint: "https://tokens.example.com/token",
  endSessionEndpoint: undefined,
  namesItself: true,
};

let server: Awaited<ReturnType<typeof startPages>>;
let told: SignInEndpoints | undefined;

beforeAll(async () => {
  server = await startPages({ files: builtFiles(), endpoints: () => told });
});
afterAll(() => server.stop());

type Get = (path: string, headers?: Record<string, string>, method?: string) => Promise<RawAnswer>;
const WAYS: readonly (readonly [string, Get])[] = [
  ["HTTP/1.1", (path, headers = {}, method = "GET") => callHttp1(server.url, path, { method, headers })],
  ["HTTP/2", (path, headers = {}, method = "GET") => callHttp2(server.url, path, { method, headers })],
];

describe.each(WAYS)("the catalogue over %s", (_name, get) => {
  it.each([...PAGE_PATHS, ...PAGES_BELOW.map((path) => `${path}invoices%3Aread`), "/scopes?q=invoices"])(
    "answers %s with the page",
    async (path) => {
      const { http, body, headers } = await get(path);
      expect({ http, body: body.toString() }).toEqual({ http: 200, body: PAGE });
      expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    },
  );

  it("answers HEAD as GET, without the page", async () => {
    const { headers: got } = await get("/");
    const { http, body, headers } = await get("/", {}, "HEAD");
    expect({ http, length: body.length }).toEqual({ http: 200, length: 0 });
    expect(headers).toMatchObject({ etag: got["etag"], "content-length": String(PAGE.length) });
  });

  it("answers 304 where the page is the same", async () => {
    const { headers } = await get("/");
    const again = await get("/scopes", { "if-none-match": `"other", W/${headers["etag"]}` });
    expect({ http: again.http, length: again.body.length }).toEqual({ http: 304, length: 0 });
    expect(again.headers["content-security-policy"]).toBe(headers["content-security-policy"]);
    expect((await get("/", { "if-none-match": '"other"' })).http).toBe(200);
  });

  it.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    ["gzip, br;q=0.5", "gzip", gunzipSync],
    ["br;q=0, *", "gzip", gunzipSync],
    ["*", "br", brotliDecompressSync],
    ["deflate, zstd", undefined, (bytes: Buffer) => bytes],
    ["", undefined, (bytes: Buffer) => bytes],
    ["gzip;q=0, br;q=nonsense", undefined, (bytes: Buffer) => bytes],
  ] as const)("answers a script to who accepts %j by the coding %s", async (accepted, coding, read) => {
    const { http, body, headers } = await get(ASSET, { "accept-encoding": accepted });
    expect({ http, text: read(body).toString() }).toEqual({ http: 200, text: SCRIPT });
    expect(headers["content-encoding"]).toBe(coding);
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
    });
  });

  it("tags each coding of a script by itself", async () => {
    const tags = ["br", "gzip", "identity"].map(
      async (accepted) => (await get(ASSET, { "accept-encoding": accepted })).headers["etag"],
    );
    expect(new Set(await Promise.all(tags)).size).toBe(3);
  });

  it.each([
    "/assets/",
    "/assets/main.js",
    "/assets/main-ABC123.js.br",
    "/assets/main-ABC123.js/",
    "/assets/../index.html",
    "/assets/../../package.json",
    "/assets/..%2findex.html",
    "/assets/%2e%2e/index.html",
    "/assets/..%5c..%5cpackage.json",
    "/assets/%252e%252e/index.html",
    "/assets/main-ABC123.js%00",
    "/assets/%6dain-ABC123.js",
    "/assets//main-ABC123.js",
    "/assets/constructor",
    "/index.html",
    "/favicon.ico",
    "/reviews/",
    "/scope",
    "//",
    "/scopesx/y",
  ])("has nothing at %s", async (path) => {
    const { http, body } = await get(path);
    expect({ http, ...JSON.parse(body.toString()) }).toEqual({
      http: 404,
      error: "not_found",
      error_description: "There is nothing at this path",
    });
  });

  it.each(["/", "/scopes/invoices", ASSET, "/catalogue.json"])("refuses other methods at %s", async (path) => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { http, body, headers } = await get(path, {}, method);
      expect({ http, ...JSON.parse(body.toString()) }).toMatchObject({ http: 405, error: "method_not_allowed" });
      expect(headers["allow"]).toBe("GET, HEAD");
    }
  });

  it("lets a page do what it needs, and nothing else", async () => {
    told = ENDPOINTS;
    const { headers } = await get("/");
    const policy = policyOf(headers);
    expect(policy).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "connect-src": "'self' https://login.example.com https://tokens.example.com",
      "base-uri": "'none'",
      "form-action": "'none'",
      "frame-ancestors": "'none'",
      "require-trusted-types-for": "'script'",
      "trusted-types": "catalogue",
    });
    expect(Object.values(policy).join(" ")).not.toMatch(/unsafe|\*|data:|blob:/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  it("lets a page call only the issuer's own origin while the issuer tells nothing", async () => {
    told = undefined;
    expect(policyOf((await get("/")).headers)["connect-src"]).toBe("'self' https://login.example.com");
    const { sign_in } = JSON.parse((await get("/catalogue.json")).body.toString());
    expect(sign_in).toEqual({ issuer: "https://login.example.com/realm", client_id: "catalogue", unavailable: true });
  });

  it("gives a script, which may be a worker's, a policy of its own", async () => {
    expect(policyOf((await get(ASSET)).headers)).toMatchObject({ "default-src": "'none'", "connect-src": "'self'" });
  });

  it("tells the page where to sign in", async () => {
    told = ENDPOINTS;
    const { http, body, headers } = await get("/catalogue.json");
    expect({ http, cache: headers["cache-control"] }).toEqual({ http: 200, cache: "no-store" });
    expect(JSON.parse(body.toString())).toEqual({
      access: "sign_in",
      dev: false,
      grpc_address: "127.0.0.1:50051",
      grpc_tls: false,
      audience: "scope-registry",
      scopes: {
        read: "scope_registry.read",
        admin: "scope_registry.admin",
        register: "scope_registry.register",
        validate: "scope_registry.validate",
      },
      issuers: ["https://login.example.com"],
      sign_in: {
        issuer: "https://login.example.com/realm",
        client_id: "catalogue",
        authorization_endpoint: "https://login.example.com/authorize",
        token_endpoint: "https://tokens.example.com/token",
        authorization_response_iss_parameter_supported: true,
      },
    });
  });
});

describe("a catalogue that has not been built", () => {
  it("says what to do, and leaves the rest as it is", async () => {
    const { url, stop } = await startPages({});
    for (const path of ["/", "/scopes/x", ASSET]) {
      const { http, body } = await callHttp1(url, path, { method: "GET" });
      expect({ http, ...JSON.parse(body.toString()) }).toEqual({
        http: 503,
        error: "not_built",
        error_description: "The catalogue has not been built: run npm run build",
      });
    }
    expect((await callHttp1(url, "/catalogue.json", { method: "GET" })).http).toBe(200);
    expect((await callHttp1(url, "/healthz", { method: "GET" })).http).toBe(200);
    await stop();
  });
});

describe("a catalogue in dev mode", () => {
  it.each([
    ["localhost:8080", 200],
    ["127.0.0.1", 200],
    ["127.0.0.53:1", 200],
    ["[::1]:8080", 200],
    ["rebound.example.com", 421],
    ["rebound.example.com:8080", 421],
    ["localhost.example.com", 421],
    ["127.0.0.1.example.com", 421],
    ["0.0.0.0:8080", 421],
    ["192.168.0.7", 421],
  ])("asked as %s answers %s everywhere", async (host, status) => {
    const { url, stop } = await startPages({ files: builtFiles(), dev: true });
    for (const path of ["/", "/scopes/x", ASSET, "/catalogue.json"]) {
      expect((await callHttp1(url, path, { method: "GET", headers: { host } })).http).toBe(status);
      expect((await callHttp2(url, path, { method: "GET", headers: { ":authority": host } })).http).toBe(status);
    }
    await stop();
  });
});

function policyOf(headers: RawAnswer["headers"]): Record<string, string> {
  const directives = String(headers["content-security-policy"]).split("; ");
  return Object.fromEntries(directives.map((text) => [text.split(" ", 1)[0], text.slice(text.indexOf(" ") + 1)]));
}
