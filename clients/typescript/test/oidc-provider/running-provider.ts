/** A real node-oidc-provider on a free port, with the registry's scopes in it and a user who agrees to everything. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import Provider, { type Configuration, type Interaction } from "oidc-provider";
import {
  type ConsentItem,
  createOidcProviderScopes,
  type OidcProviderScopesOptions,
} from "../../src/oidc-provider/index.ts";
import type { ScopeReplica } from "../../src/replica/scope-replica.ts";

/** Where clients are sent back to. Nothing listens there: tests read it from the Location header. */
export const CALLBACK = "https://shop.example.com/callback";

/** A client of each kind; `web-shop` is public, `batch` has a secret. */
const CLIENTS: NonNullable<Configuration["clients"]> = [
  {
    client_id: "web-shop",
    token_endpoint_auth_method: "none",
    redirect_uris: [CALLBACK],
    grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
    response_types: ["code"],
  },
  {
    client_id: "batch",
    client_secret: "batch-secret",
    redirect_uris: [],
    grant_types: ["client_credentials"],
    response_types: [],
    authorization_details_types: ["payment"],
  },
];

/** How a provider differs from the usual one. */
export type RunningProviderOptions = Omit<OidcProviderScopesOptions, "configuration" | "replica"> & {
  /** The replica, or what makes one that needs the provider itself. */
  readonly replica: ScopeReplica | ((issuer: string) => Promise<ScopeReplica>);
  readonly configuration?: Configuration;
};

/** A page that the user has seen. */
export interface SeenPage {
  readonly prompt: string;
  readonly items: readonly ConsentItem[];
}

/** A running provider. */
export interface RunningProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly provider: Provider;
  /** The pages that were shown, in order. */
  readonly pages: SeenPage[];
  /** Is called before each page is answered. */
  onPage: (prompt: string) => void;
}

let jwk: Promise<JWK> | undefined;

async function signingKey(): Promise<JWK> {
  jwk ??= generateKeyPair("RS256", { extractable: true }).then(({ privateKey }) => exportJWK(privateKey));
  return { ...(await jwk), alg: "RS256", use: "sig", kid: "test" };
}

/** A provider's configuration: two clients, and a user of any name. */
export async function usualConfiguration(): Promise<Configuration> {
  return {
    clients: CLIENTS,
    jwks: { keys: [await signingKey()] },
    cookies: { keys: ["not a secret: tests only"] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, email: "alice@example.com" }) }),
    claims: { email: ["email"] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
    },
  };
}

/** Starts a provider. */
export async function startProvider({
  configuration: differing = {},
  replica,
  ...options
}: RunningProviderOptions): Promise<RunningProvider> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration = { ...(await usualConfiguration()), ...differing };
  const scopes = createOidcProviderScopes({
    ...options,
    replica: typeof replica === "function" ? await replica(issuer) : replica,
    configuration,
  });
  const provider = new Provider(issuer, scopes.configuration);
  scopes.attach(provider);
  const running: RunningProvider = {
    issuer,
    provider,
    pages: [],
    onPage: () => {},
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };

  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith("/interaction/")) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const { name } = interaction.prompt;
    running.pages.push({ prompt: name, items: scopes.consent(interaction, ctx.get("accept-language")) });
    running.onPage(name);
    const result =
      name === "login"
        ? { login: { accountId: "alice" } }
        : { consent: { grantId: await grantAll(provider, interaction) } };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  });
  server.on("request", provider.callback());
  return running;
}

async function grantAll(provider: Provider, { grantId, session, params, prompt }: Interaction): Promise<string> {
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId: session?.accountId ?? "", clientId: String(params["client_id"]) });
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  grant.addOIDCScope(missingOIDCScope.join(" "));
  for (const [resource, names] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, names.join(" "));
  }
  return grant.save();
}
