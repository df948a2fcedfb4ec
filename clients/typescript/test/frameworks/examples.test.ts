import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../../../test/support/test-server.ts";
import { createBillingApi as createExpressApi } from "../../examples/express.ts";
import { createBillingApi as createFastifyApi } from "../../examples/fastify.ts";
import { createBillingApi as createFetchApi } from "../../examples/fetch.ts";
import { createBillingApi as createHonoApi } from "../../examples/hono.ts";
import { startBilling } from "../../examples/register-at-startup.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import type { ScopeRegistryConnection } from "../../src/connection/scope-registry-connection.ts";
import { listen } from "./listen.ts";

const SCOPES = ["invoices:read", "invoices:write"];

describe("the examples of a resource server", () => {
  let server: TestServer;
  let connection: ScopeRegistryConnection;
  let audience: readonly string[];
  beforeAll(async () => {
    server = await startTestServer();
    const token = await server.tokenFor({ client: "billing-api", scopes: ["register", "introspect"] });
    connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
    (await startBilling({ connection, release: 1, log: () => undefined })).close();
    const authorizationServer = await server.as({ client: "auth-server", scopes: ["validate"] });
    ({ audiences: audience } = await authorizationServer.registry.validateScopes({ scope: SCOPES.join(" ") }));
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  const APIS: Readonly<Record<string, (issuer: string) => RequestListener | Promise<RequestListener>>> = {
    express: (issuer) => createExpressApi({ issuer, scopes: SCOPES }),
    async fastify(issuer) {
      const app = createFastifyApi({ issuer, connection, scopes: SCOPES });
      await app.ready();
      return app.routing;
    },
    fetch: (issuer) => getRequestListener(createFetchApi({ issuer, connection, scopes: SCOPES })),
    hono: (issuer) => getRequestListener(createHonoApi({ issuer, scopes: SCOPES }).fetch),
  };

  it.each(Object.keys(APIS))("register scopes whose tokens the guard of %s lets in", async (name) => {
    expect(audience).toHaveLength(1);
    const api = await listen((await APIS[name]?.(server.issuer.issuer)) ?? expect.unreachable());
    const token = await server.issuer.mint({ client_id: "web-shop", aud: audience, scope: SCOPES.join(" ") });
    const answer = await fetch(`${api.url}/invoices`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ clientId: "web-shop", scopes: SCOPES });
    await api.stop();
  });
});
