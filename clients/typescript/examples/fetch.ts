/** A resource server of bare fetch handlers, which asks the scope registry about tokens. */
import { createProtectedResource, introspectedTokens, type ScopeRegistryConnection } from "@scope-registry/client";
import { guardFetch } from "@scope-registry/client/fetch";

/** What the billing API needs. */
export interface BillingApiOptions {
  readonly issuer: string;
  readonly connection: Pick<ScopeRegistryConnection, "registry">;
  /** Those that `registerAtStartup` has registered. */
  readonly scopes: readonly string[];
}

/** Makes the billing API. */
export function createBillingApi(options: BillingApiOptions): (request: Request) => Response | Promise<Response> {
  const { issuer, connection, scopes } = options;
  const guard = guardFetch(
    createProtectedResource({
      resource: "https://billing.example.com/",
      authorizationServers: [issuer],
      tokens: introspectedTokens({ connection }),
      scopesSupported: scopes,
      onError: (error) => process.emitWarning(String(error)),
    }),
  );
  const reading = guard.requireScopes("invoices:read");
  const writing = guard.requireScopes("invoices:read invoices:write");
  return (request) => {
    if (new URL(request.url).pathname === guard.metadataPath) return guard.serveMetadata();
    return request.method === "POST"
      ? writing(request, () => Response.json({ created: true }, { status: 201 }))
      : reading(request, ({ clientId, subject, scopes }) => Response.json({ clientId, subject, scopes }));
  };
}
