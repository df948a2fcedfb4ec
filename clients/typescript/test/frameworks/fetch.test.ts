import { getRequestListener } from "@hono/node-server";
import { guardFetch } from "../../src/frameworks/fetch.ts";
import { introspectedTokens } from "../../src/resource-server/introspected-tokens.ts";
import { createProtectedResource } from "../../src/resource-server/protected-resource.ts";
import { BILLING, type BillingRegistry } from "./billing-registry.ts";
import { describeGuardedApi } from "./http-guard-acceptance.ts";
import { listen } from "./listen.ts";

function createFetchApi({ issuer, connection, scopes }: BillingRegistry): (request: Request) => Promise<Response> {
  const guard = guardFetch(
    createProtectedResource({
      resource: BILLING,
      authorizationServers: [issuer.issuer],
      tokens: introspectedTokens({ connection }),
      scopesSupported: () => scopes,
    }),
  );
  const reading = guard.requireScopes(["invoices:read"]);
  const writing = guard.requireScopes(["invoices:read", "invoices:write"]);
  return async (request) => {
    if (new URL(request.url).pathname === guard.metadataPath) return guard.serveMetadata();
    return request.method === "POST"
      ? writing(request, () => Response.json({ created: true }, { status: 201 }))
      : reading(request, ({ clientId, subject, scopes }) => Response.json({ clientId, subject, scopes }));
  };
}

describeGuardedApi("bare fetch handlers", (registry) => listen(getRequestListener(createFetchApi(registry))));
