/** A resource server on Fastify, which asks the scope registry about tokens, so that revoked ones are refused soon. */
import { createProtectedResource, introspectedTokens, type ScopeRegistryConnection } from "@scope-registry/client";
import { guardFastify } from "@scope-registry/client/fastify";
import { type FastifyInstance, fastify } from "fastify";

/** What the billing API needs. */
export interface BillingApiOptions {
  readonly issuer: string;
  readonly connection: Pick<ScopeRegistryConnection, "registry">;
  /** Those that `registerAtStartup` has registered. */
  readonly scopes: readonly string[];
}

/** Makes the billing API. */
export function createBillingApi({ issuer, connection, scopes }: BillingApiOptions): FastifyInstance {
  const app = fastify();
  const guard = guardFastify(
    createProtectedResource({
      resource: "https://billing.example.com/",
      authorizationServers: [issuer],
      tokens: introspectedTokens({ connection }),
      scopesSupported: scopes,
      onError: (error) => app.log.error(error),
    }),
  );
  app.route(guard.metadataRoute);
  app.get("/invoices", { onRequest: guard.requireScopes("invoices:read") }, async (request) => {
    const { clientId, subject, scopes } = guard.tokenOf(request);
    return { clientId, subject, scopes };
  });
  app.post("/invoices", { onRequest: guard.requireScopes("invoices:read invoices:write") }, async (_request, reply) => {
    reply.code(201);
    return { created: true };
  });
  return app;
}
