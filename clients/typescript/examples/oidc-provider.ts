/**
 * An authorization server (node-oidc-provider) that accepts what resource servers register while it runs, and asks its users
 * for consent in their language.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ScopeReplica } from "@scope-registry/client";
import {
  type ConsentItem,
  createOidcProviderScopes,
  type RegistryAccessOptions,
} from "@scope-registry/client/oidc-provider";
import Provider, { type Configuration, type Interaction } from "oidc-provider";

/** A running authorization server. */
export interface AuthorizationServer extends AsyncDisposable {
  readonly issuer: string;
}

// The registry itself is called with tokens of this server too, by these clients alone: they name the audience as `resource`.
const registryAccess: RegistryAccessOptions = {
  audience: "https://scopes.example.com",
  clients: {
    "auth-server": "scope_registry.read scope_registry.validate",
    "billing-api": "scope_registry.register",
  },
};

/** Starts the authorization server on a port of this machine, 0 for a free one. */
export async function startAuthorizationServer({
  replica,
  configuration,
  port = 0,
}: {
  readonly replica: ScopeReplica;
  readonly configuration: Configuration;
  readonly port?: number;
}): Promise<AuthorizationServer> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  // All that the registry needs of the provider: its configuration goes through, and its metadata is kept live.
  const scopes = createOidcProviderScopes({ replica, configuration, registryAccess });
  const provider = new Provider(issuer, scopes.configuration);
  scopes.attach(provider);

  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith("/interaction/")) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    if (interaction.prompt.name === "login") {
      // A real server asks who the user is.
      return ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login: { accountId: "alice" } }));
    }
    if (ctx.method === "GET") {
      ctx.body = consentPage(scopes.consent(interaction, ctx.get("accept-language")));
      return;
    }
    const grantId = await grantAll(provider, interaction);
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { consent: { grantId } }));
  });

  server.on("request", provider.callback());
  return {
    issuer,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function consentPage(items: readonly ConsentItem[]): string {
  const list = items.map(
    ({ title, description, locale }) =>
      `<li lang="${escapeHtml(locale)}"><b>${escapeHtml(title)}</b> ${escapeHtml(description)}</li>`,
  );
  return `<!doctype html><form method="post"><ul>${list.join("")}</ul><button>Allow</button></form>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Writes down what the user has agreed to: all that the page has shown. */
async function grantAll(provider: Provider, { grantId, session, params, prompt }: Interaction): Promise<string> {
  const before = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    before ?? new provider.Grant({ accountId: session?.accountId ?? "", clientId: String(params["client_id"]) });
  const missing = prompt.details as {
    readonly missingOIDCScope?: readonly string[];
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
  };
  grant.addOIDCScope((missing.missingOIDCScope ?? []).join(" "));
  for (const [resource, names] of Object.entries(missing.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, names.join(" "));
  }
  return grant.save();
}
