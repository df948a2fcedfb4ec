import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { ScopeRegistry } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callHttp1 } from "../support/raw-calls.ts";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, unique } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ dev: true, issuer: { owner_prefix: "test:" } });
});
afterAll(() => server.stop());

const WAYS: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  ["Connect with JSON", (baseUrl) => createConnectTransport({ baseUrl })],
  ["Connect with binary messages", (baseUrl) => createConnectTransport({ baseUrl, useBinaryFormat: true })],
  ["Connect by GET", (baseUrl) => createConnectTransport({ baseUrl, useHttpGet: true })],
  ["gRPC-Web", (baseUrl) => createGrpcWebTransport({ baseUrl })],
];

describe.each(WAYS)("an open catalogue, read by %s as a browser calls it", (_name, transportAt) => {
  const client = (path = "/catalogue") => createClient(ScopeRegistry, transportAt(`${server.httpUrl}${path}`));

  it("lists, and tells each change at once", async () => {
    const name = unique("open:read");
    const owner = await server.as({ client: "billing-api", scopes: ["register"] });
    const reading = new AbortController();
    const seen: string[] = [];
    let isWhole = false;
    for await (const { event } of client().watchScopes({}, { signal: reading.signal })) {
      if (event.case === "snapshot" && event.value.complete && !isWhole) {
        isWhole = true;
        await owner.registry.registerScopes({ scopes: [{ name, description: "Read it" }] });
      }
      if (event.case !== "change") continue;
      seen.push(...event.value.changes.flatMap((change) => change.after?.name ?? []));
      if (seen.includes(name)) break;
    }
    reading.abort();
    expect(seen).toContain(name);
    const { scopes } = await client().listScopes({ names: [name] });
    expect(scopes).toMatchObject([{ name, owner: "test:billing-api" }]);
  });

  it("shows no client policies", async () => {
    const watching = (async () => {
      for await (const _ of client().watchScopes({ includeClientPolicies: true })) throw new Error("It was let in");
    })();
    expect(await refusalOf(watching)).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_MISSING" });
  });

  it("is at its own path only", async () => {
    expect(await refusalOf(client("").listScopes({}))).toMatchObject({ reason: "TOKEN_MISSING" });
    await expect(client().validateScopes({ scopes: ["x"] })).rejects.toThrow();
  });
});

describe("an open catalogue in dev mode", () => {
  it("is not read by a site that lets its name lead here", async () => {
    const path = "/catalogue/scoperegistry.v1.ScopeRegistry/ListScopes";
    const headers = { "content-type": "application/json", host: "rebound.example.com" };
    const { http, body } = await callHttp1(server.httpUrl, path, { headers, body: "{}" });
    expect({ http, ...JSON.parse(body.toString()) }).toMatchObject({ http: 421, error: "misdirected_request" });
  });

  it("tells its page what it is", async () => {
    const response = await fetch(`${server.httpUrl}/catalogue.json`);
    expect(await response.json()).toEqual({
      access: "open",
      dev: true,
      grpc_address: server.grpcAddress,
      grpc_tls: false,
      audience: "scope-registry",
      scopes: {
        read: "scope_registry.read",
        admin: "scope_registry.admin",
        register: "scope_registry.register",
        validate: "scope_registry.validate",
      },
      issuers: ["https://dev-issuer.scope-registry.invalid", server.issuer.issuer],
      sign_in: null,
    });
  });
});
