/** A real issuer that people sign in at with a browser: node-oidc-provider, with pages of buttons. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { type Interaction } from "oidc-provider";

/** The client by which the catalogue's page signs people in. */
export const CATALOGUE_CLIENT = "catalogue";

/** What tokens are for; a URI, so that it is asked for as a resource. */
export const AUDIENCE = "https://scopes.example.com";

/** The scopes that it knows. */
const SCOPE = "scope_registry.read scope_registry.admin";

/** What an issuer needs to know. */
export interface SignInIssuerOptions {
  /** Where the page is served. */
  readonly origin: string;
}

/** A running issuer. */
export interface SignInIssuer extends AsyncDisposable {
  readonly issuer: string;
  /** The scopes that each page of consent has shown, in order. */
  readonly asked: string[];
  /** The grant types that tokens were asked for by, in order. */
  readonly grants: string[];
  /**
   * Scopes that it gives nobody and does not speak of, as Keycloak does with what somebody has no role for. Without any scope, the
   * token is for somebody else than the registry, and the answer's `scope` is empty.
   */
  readonly withheld: Set<string>;
  /** Whether its token endpoint answers. */
  isAway: boolean;
}

/** Starts it. */
export async function startSignInIssuer({ origin }: SignInIssuerOptions): Promise<SignInIssuer> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const withheld = new Set<string>();
  const given = (scope: string) =>
    scope
      .split(" ")
      .filter((name) => !withheld.has(name))
      .join(" ");
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CATALOGUE_CLIENT,
        token_endpoint_auth_method: "none",
        redirect_uris: [`${origin}/sign-in/callback`],
        post_logout_redirect_uris: [`${origin}/`],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "test" }] },
    cookies: { keys: ["not a secret: tests only"] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    clientBasedCORS: (_ctx, requested) => requested === origin,
    issueRefreshToken: () => true,
    ttl: { AccessToken: 3_600 },
    formats: {
      customizers: {
        jwt(_ctx, _token, { payload = {} }) {
          const scope = given(String(payload["scope"]));
          payload["scope"] = scope;
          if (scope === "") payload["aud"] = "account";
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({
          scope: SCOPE,
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
        useGrantedResource: () => true,
      },
    },
  });
  const running: SignInIssuer = {
    issuer,
    asked: [],
    grants: [],
    withheld,
    isAway: false,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  provider.on("grant.success", (ctx) => running.grants.push(String(ctx.oidc.params?.["grant_type"])));
  provider.use(async (ctx, next) => {
    if (running.isAway && ctx.path === "/token") {
      ctx.req.socket.destroy();
      return;
    }
    if (!ctx.path.startsWith("/interaction/")) {
      await next();
      const answer = ctx.path === "/token" ? (ctx.body as { scope?: string }) : {};
      if (answer.scope !== undefined) answer.scope = given(answer.scope);
      return;
    }
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const choice = ctx.query["choice"];
    if (choice === undefined) {
      if (interaction.prompt.name === "consent") running.asked.push(String(interaction.params["scope"]));
      ctx.type = "html";
      ctx.body = `<!doctype html><title>${interaction.prompt.name}</title><form>
        <button name="choice" value="yes">Yes</button><button name="choice" value="no">No</button></form>`;
      return;
    }
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, await resultOf(provider, interaction, choice)));
  });
  server.on("request", provider.callback());
  return running;
}

async function resultOf(provider: Provider, interaction: Interaction, choice: unknown) {
  if (choice !== "yes") return { error: "access_denied" };
  if (interaction.prompt.name === "login") return { login: { accountId: "alice" } };
  const grant = new provider.Grant({ accountId: "alice", clientId: CATALOGUE_CLIENT });
  grant.addResourceScope(AUDIENCE, String(interaction.params["scope"]));
  return { consent: { grantId: await grant.save() } };
}
