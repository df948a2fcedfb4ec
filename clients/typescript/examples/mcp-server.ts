/** An MCP server (Streamable HTTP): a resource server whose tools need scopes, which it registers when it starts. */

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  createProtectedResource,
  introspectedTokens,
  registerAtStartup,
  type ScopeRegistryConnection,
} from "@scope-registry/client";
import { guardExpress } from "@scope-registry/client/express";
import express, { type Express } from "express";
import { z } from "zod";

/** What the MCP server needs. */
export interface McpServerOptions {
  /** Its URL, as clients know it, `https://invoices.example.com/mcp` for example. */
  readonly resource: string;
  /** Where clients get their tokens. */
  readonly issuer: string;
  readonly connection: ScopeRegistryConnection;
}

/** The scopes that the tools need beyond the one that everything needs. */
const TOOL_SCOPES: ReadonlyMap<unknown, string> = new Map([["create_invoice", "invoices:write"]]);

/** Makes the MCP server: it is there when its scopes are registered. */
export async function createMcpApp({ resource, issuer, connection }: McpServerOptions): Promise<Express> {
  const { scopes } = await registerAtStartup({
    connection,
    scopes: [
      { name: "invoices:read", description: "Use the invoice tools, and read invoices", resources: [resource] },
      { name: "invoices:write", description: "Create invoices", resources: [resource] },
    ],
  });
  const guard = guardExpress(
    createProtectedResource({
      resource,
      authorizationServers: [issuer],
      tokens: introspectedTokens({ connection }),
      scopesSupported: scopes,
      resourceName: "Invoice tools",
    }),
  );
  const app = express();
  app.get(guard.metadataPath, guard.serveMetadata);
  app.post(
    new URL(resource).pathname,
    guard.requireScopes("invoices:read"),
    // Whatever type the body says it has: what is not read here, the transport would read unseen.
    express.json({ type: () => true }),
    // A refusal on the level of HTTP names the scopes that the tool needs, so that clients can ask for them.
    (request, response, next) => guard.requireScopes(scopesFor(request.body))(request, response, next),
    async (request, response) => {
      const transport = new StreamableHTTPServerTransport({});
      response.on("close", () => void transport.close());
      await createTools().connect(transport);
      await transport.handleRequest(request, response, request.body);
    },
  );
  return app;
}

/** The scopes that a message needs, or several messages in one request. */
function scopesFor(body: unknown): string[] {
  const messages = [body].flat() as ({ method?: string; params?: { name?: unknown } } | null | undefined)[];
  const tools = messages.flatMap((message) => (message?.method === "tools/call" ? [message.params?.name] : []));
  return ["invoices:read", ...tools.flatMap((tool) => TOOL_SCOPES.get(tool) ?? [])];
}

function createTools(): McpServer {
  const server = new McpServer({ name: "invoices", version: "1.0.0" });
  server.registerTool("list_invoices", { description: "Lists the invoices of the user" }, ({ authInfo }) => ({
    content: [{ type: "text", text: `Invoices for ${authInfo?.clientId}: 2026-001` }],
  }));
  server.registerTool(
    "create_invoice",
    { description: "Creates an invoice", inputSchema: { customer: z.string() } },
    ({ customer }) => ({ content: [{ type: "text", text: `Created an invoice for ${customer}` }] }),
  );
  return server;
}
