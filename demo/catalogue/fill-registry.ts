import { ResourceServerMode, type ScopeRegistryConnection } from "@scope-registry/client";
import { SAMPLE_SERVERS } from "./sample-scopes.ts";

/** Opens a connection of somebody with some of the registry's own scopes. */
export type Connect = (clientId: string, ...scopes: readonly string[]) => Promise<ScopeRegistryConnection>;

const REGISTER = "scope_registry.register";

/**
 * Fills an empty registry with what a company might have after some months: scopes that changed, one that waits for review, grants,
 * a client with a ceiling, and clients that use them.
 */
export async function fillRegistry(connect: Connect): Promise<void> {
  const { admin } = await connect("platform-team", "scope_registry.admin");
  for (const { server, scopes } of SAMPLE_SERVERS) {
    await admin.setResourceServer({ resourceServer: server });
    const { registry } = await connect(server.name, REGISTER);
    await registry.registerScopes({ scopes: [...scopes], release: 1n });
  }
  await changeSome(connect);
  await admin.grantScopes({ clientId: "tax-office", scopes: ["invoices:export"] });
  await admin.grantScopes({ clientId: "payroll", scopes: ["people:salary", "invoices:export"] });
  await admin.setClientPolicy({
    clientPolicy: {
      clientId: "meeting-bot",
      allowedScopes: ["calendar.freebusy", "calendar.events.read", "people:profile"],
      defaultScopes: ["calendar.freebusy"],
    },
  });
  await useSome(connect);
}

async function changeSome(connect: Connect): Promise<void> {
  const { admin } = await connect("platform-team", "scope_registry.admin");
  const documents = await connect("documents-api", REGISTER);
  await documents.registry.registerScopes({
    scopes: [{ name: "documents:read", description: "Read documents that are yours, or shared with you" }],
    release: 2n,
  });
  await documents.admin.disableScopes({ names: ["folders:organize"], force: true });
  const [, , , , , search] = SAMPLE_SERVERS;
  if (search === undefined) return;
  await admin.setResourceServer({ resourceServer: { ...search.server, mode: ResourceServerMode.REVIEW } });
  const agents = await connect("search-mcp", REGISTER);
  await agents.registry.registerScopes({
    scopes: [
      {
        name: "search:export",
        description: "Export what a search has found",
        resources: search.server.resources ?? [],
      },
      { name: "search:query", aliases: ["search:find"], description: "Search everything that you may read" },
    ],
    release: 2n,
  });
}

/** Notes that clients were granted scopes, as the token issuer's judging does. */
async function useSome(connect: Connect): Promise<void> {
  const { registry } = await connect("auth-server", "scope_registry.read", "scope_registry.validate");
  const uses: readonly (readonly [string, string])[] = [
    ["web-shop", "invoices:read invoices:write people:profile people:email"],
    ["ios-app", "invoices:read documents:read calendar.events.read"],
    ["tax-office", "invoices:read invoices:export"],
    ["meeting-bot", "calendar.freebusy"],
    ["old-intranet", "invoices:all documents:read"],
    ["research-notebook", "dataset:ocean-2024:read dataset:catalog"],
  ];
  for (const [clientId, scope] of uses) await registry.validateScopes({ clientId, scope });
}
