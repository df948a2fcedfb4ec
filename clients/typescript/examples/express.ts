/** A resource server on Express, which verifies JWT access tokens itself. */
import { createProtectedResource, jwtTokens } from "@scope-registry/client";
import { guardExpress } from "@scope-registry/client/express";
import express, { type Express } from "express";

/** Makes the billing API, for tokens of this issuer. `scopes` are those that `registerAtStartup` has registered. */
export function createBillingApi({ issuer, scopes }: { issuer: string; scopes: readonly string[] }): Express {
  const guard = guardExpress(
    createProtectedResource({
      resource: "https://billing.example.com/",
      authorizationServers: [issuer],
      tokens: jwtTokens({ issuer }),
      scopesSupported: scopes,
      onError: (error) => process.emitWarning(String(error)),
    }),
  );
  const app = express();
  app.get(guard.metadataPath, guard.serveMetadata);
  app.get("/invoices", guard.requireScopes("invoices:read"), (request, response) => {
    const { clientId, subject, scopes } = guard.tokenOf(request);
    response.json({ clientId, subject, scopes });
  });
  app.post("/invoices", guard.requireScopes("invoices:read invoices:write"), (_request, response) => {
    response.status(201).json({ created: true });
  });
  return app;
}
