import { createServer } from "node:http";
import {
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
} from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { createMcpApp } from "../../examples/mcp-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { ScopeRegistryConnection } from "../../src/connection/scope-registry-connection.ts";
import type { PresentedToken } from "../../src/resource-server/access-token.ts";
import type { ListeningApi } from "./http-guard-acceptance.ts";
import { listen } from "./listen.ts";

describe("an MCP server with guarded tools", () => {
  let registry: TestServer;
  let connection: ScopeRegistryConnection;
  let api: ListeningApi;
  let url: URL;
  beforeAll(async () => {
    registry = await startTestServer();
    const token = await registry.tokenFor({ client: "invoice-tools", scopes: ["register", "introspect"] });
    connection = connectScopeRegistry({ address: registry.grpcAddress, credentials: { token } });
    const server = createServer();
    api = await listen(server);
    url = new URL("/mcp", api.url);
    server.on("request", await createMcpApp({ resource: url.href, issuer: registry.issuer.issuer, connection }));
  });
  afterAll(async () => {
    await api.stop();
    await connection.close();
    await registry.stop();
  });

  /** A client that sends this token; it remembers the last refusal, as clients do to get a better token. */
  async function connect(token: string | undefined) {
    const refusals: Response[] = [];
    const transport = new StreamableHTTPClientTransport(url, {
      requestInit: { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } },
      async fetch(input, init) {
        const response = await fetch(input, init);
        if (response.status === 401 || response.status === 403) refusals.push(response);
        return response;
      },
    });
    const client = new Client({ name: "assistant", version: "1.0.0" });
    const connected = client.connect(transport as Transport);
    return { client, connected, refusals };
  }

  const issue = (scope: string | undefined, resource: string) =>
    registry.issuer.mint({ client_id: "assistant", sub: "alice", aud: resource, scope });

  it("leads a client from 401 to the metadata, to a token, to a tool, and from 403 to a better token", async () => {
    const stranger = await connect(undefined);
    await expect(stranger.connected).rejects.toMatchObject({ code: 401 });
    const challenge = extractWWWAuthenticateParams(stranger.refusals[0] as Response);
    expect(challenge).toMatchObject({ scope: "invoices:read" });
    expect(challenge.error).toBeUndefined();
    const metadata = await discoverOAuthProtectedResourceMetadata(url, {
      resourceMetadataUrl: challenge.resourceMetadataUrl as URL,
    });
    expect(metadata).toMatchObject({
      resource: url.href,
      authorization_servers: [registry.issuer.issuer],
      scopes_supported: ["invoices:read", "invoices:write"],
    });

    const reader = await connect(await issue(challenge.scope, metadata.resource));
    await reader.connected;
    expect((await reader.client.listTools()).tools.map(({ name }) => name)).toEqual([
      "list_invoices",
      "create_invoice",
    ]);
    expect(await reader.client.callTool({ name: "list_invoices" })).toMatchObject({
      content: [{ text: "Invoices for assistant: 2026-001" }],
    });
    const toCreate = { name: "create_invoice", arguments: { customer: "ACME" } };
    await expect(reader.client.callTool(toCreate)).rejects.toMatchObject({ code: 403 });
    const step = extractWWWAuthenticateParams(reader.refusals.at(-1) as Response);
    expect(step).toMatchObject({ error: "insufficient_scope", scope: "invoices:read invoices:write" });
    await reader.client.close();

    const writer = await connect(await issue(step.scope, metadata.resource));
    await writer.connected;
    expect(await writer.client.callTool(toCreate)).toMatchObject({
      content: [{ text: "Created an invoice for ACME" }],
    });
    await writer.client.close();
  });

  it("is shown a token that the SDK takes", () => {
    expectTypeOf<PresentedToken>().toExtend<AuthInfo>();
  });

  const create = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "create_invoice" } };
  it.each([
    ["several messages come in one request", [null, { ...create, id: 2, method: "ping" }, create], "application/json"],
    ["the body's type is an odd one", create, "text/plain; like=application/json"],
  ])("needs a tool's scope also where %s", async (_what, body, contentType) => {
    const headers = {
      authorization: `Bearer ${await issue("invoices:read", url.href)}`,
      "content-type": contentType,
      accept: "application/json, text/event-stream",
    };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    expect(response.status).toBe(403);
    await response.body?.cancel();
  });
});
