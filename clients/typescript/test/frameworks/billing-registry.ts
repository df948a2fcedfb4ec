/** What the guarded APIs of the tests have in common: a real registry with their scopes, and a real issuer. */

import type { TestIssuer } from "../../../../test/support/test-issuer.ts";
import { startTestServer } from "../../../../test/support/test-server.ts";
import type { ScopeRegistryConnection } from "../../src/connection/scope-registry-connection.ts";

/** The resource that the tests guard. */
export const BILLING = "https://billing.example.com/";

/** Where its metadata is. */
export const BILLING_METADATA_URL = "https://billing.example.com/.well-known/oauth-protected-resource";

/** A registry in which the billing API has registered its scopes. */
export interface BillingRegistry {
  readonly issuer: TestIssuer;
  /** A connection with the billing API's token. */
  readonly connection: Pick<ScopeRegistryConnection, "registry">;
  readonly scopes: readonly string[];
  /** An access token of a web shop's client for the billing API; `undefined` removes a claim. */
  tokenWith(scope: string, claims?: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the registry and registers the scopes. */
export async function startBillingRegistry(): Promise<BillingRegistry> {
  const server = await startTestServer({ opaqueTokens: true });
  const connection = await server.as({ client: "billing-api", scopes: ["register", "introspect"] });
  const scopes = ["invoices:read", "invoices:write"];
  await connection.registry.registerScopes({
    scopes: scopes.map((name) => ({ name, description: `Allows ${name}`, resources: [BILLING] })),
  });
  return {
    issuer: server.issuer,
    connection,
    scopes,
    tokenWith: (scope, claims = {}) =>
      server.issuer.mint({ client_id: "web-shop", sub: "alice", aud: BILLING, scope, ...claims }),
    stop: () => server.stop(),
  };
}
