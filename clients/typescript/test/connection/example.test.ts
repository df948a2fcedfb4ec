import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { listScopeNames } from "../../examples/connect.ts";
import { startTokenEndpoint } from "./token-endpoint.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe("the example of a connection", () => {
  it("lists scopes with a token of the authorization server", async () => {
    await using endpoint = await startTokenEndpoint(() => server.tokenFor({ scopes: ["read"] }));
    const { issuer, clientId, clientSecret } = endpoint;
    const client = { issuer, clientId, clientSecret, resource: "https://scopes.example.com" };
    expect(await listScopeNames({ address: server.grpcAddress, client })).toContain("scope_registry.read");
    expect(endpoint.requests[0]?.parameters.get("resource")).toBe("https://scopes.example.com");
  });

  it("tells which scope the client has not", async () => {
    await using endpoint = await startTokenEndpoint(() => server.tokenFor({ scopes: ["register"] }));
    const { issuer, clientId, clientSecret } = endpoint;
    const told = await listScopeNames({ address: server.grpcAddress, client: { issuer, clientId, clientSecret } });
    expect(told).toContain("scope_registry.read");
    expect(told).toBeTypeOf("string");
  });
});
