/** A resource server on Hono, which verifies JWT access tokens itself. */
import { createProtectedResource, jwtTokens } from "@scope-registry/client";
import { guardHono, type HonoGuardVariables } from "@scope-registry/client/hono";
import { Hono } from "hono";

/** Makes the billing API, for tokens of this issuer. `scopes` are those that `registerAtStartup` has registered. */
export function createBillingApi({ issuer, scopes }: { issuer: string; scopes: readonly string[] }) {
  const guard = guardHono(
    createProtectedResource({
      resource: "https://billing.example.com/",
      authorizationServers: [issuer],
      tokens: jwtTokens({ issuer }),
      scopesSupported: scopes,
      onError: (error) => process.emitWarning(String(error)),
    }),
  );
  return new Hono<{ Variables: HonoGuardVariables }>()
    .get(guard.metadataPath, guard.serveMetadata)
    .get("/invoices", guard.requireScopes("invoices:read"), (context) => {
      const { clientId, subject, scopes } = context.get("auth");
      return context.json({ clientId, subject, scopes });
    })
    .post("/invoices", guard.requireScopes("invoices:read invoices:write"), (context) =>
      context.json({ created: true }, 201),
    );
}
