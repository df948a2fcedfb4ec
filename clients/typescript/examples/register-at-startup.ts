/** A resource server that registers its scopes when it starts, and does not start where the registry refuses them. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { registerAtStartup, type ScopeRegistryConnection } from "@scope-registry/client";

/** What the resource server needs. */
export interface BillingOptions {
  readonly connection: ScopeRegistryConnection;
  /** The number of this deployment, from the build. */
  readonly release: number;
  readonly log: (line: string) => void;
}

/** Starts the billing API. While the registry is away it waits; an error means that it must not run. */
export async function startBilling({ connection, release, log }: BillingOptions): Promise<Server> {
  const { scopes, pending, superseded, revision } = await registerAtStartup({
    connection,
    scopes: [
      {
        name: "invoices:read",
        description: "Read your invoices",
        resources: ["https://billing.example.com/"],
        consentTexts: { en: { title: "See your invoices" }, de: { title: "Deine Rechnungen sehen" } },
      },
      { name: "invoices:write", description: "Change your invoices", resources: ["https://billing.example.com/"] },
    ],
    mode: "REPLACE",
    release,
    onRetry: ({ attempt, delayMs, error }) => log(`Attempt ${attempt} failed, next in ${delayMs} ms: ${error.message}`),
  });
  log(superseded ? "A newer release has registered already" : `Registered ${scopes} at revision ${revision}`);
  if (pending.length > 0) log(`An administrator of the registry has to approve ${pending}`);

  const server = createServer((_request, response) => response.end("[]"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
