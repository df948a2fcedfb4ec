/** The issuer that people sign in at, as this page speaks to it: a public client (RFC 6749 §2.1, RFC 9700 §2.1.1). */
import * as oauth from "oauth4webapi";
import { type CatalogueConfig, loadConfig } from "../registry/catalogue-config.ts";
import { SignInError } from "./sign-in-error.ts";
import { type Tokens, tokensOf } from "./tokens.ts";

/** Where the issuer sends people back to. */
export const CALLBACK_PATH = "/sign-in/callback";

/** A request that has begun at the issuer, by which its answer is known. */
export interface AuthorizationRequest {
  readonly state: string;
  readonly codeVerifier: string;
  readonly scope: string;
}

/** The issuer. */
export interface Issuer {
  /** Where it lets people agree to these scopes. */
  authorizationUrl(request: AuthorizationRequest): Promise<URL>;
  /** The tokens for what it has sent the browser back with. @throws what the library throws, and SignInError */
  redeem(callback: URL, request: AuthorizationRequest): Promise<Tokens>;
  /** The next tokens. @throws what the library throws */
  renew(tokens: Tokens, refreshToken: string): Promise<Tokens>;
  /** Where people sign out of it; undefined: nowhere. */
  endSessionUrl(tokens: Tokens): URL | undefined;
}

/** Finds the issuer. The server is asked once more where it did not know enough. @throws {SignInError} */
export async function findIssuer(given: CatalogueConfig): Promise<Issuer> {
  const config = given.sign_in?.token_endpoint === undefined ? await loadConfig() : given;
  const { sign_in: signIn, audience } = config;
  if (signIn === null) throw new SignInError("This registry has nowhere to sign in: ask who runs it");
  const { authorization_endpoint, token_endpoint, end_session_endpoint } = signIn;
  if (authorization_endpoint === undefined || token_endpoint === undefined) {
    throw new SignInError("The issuer cannot be reached: try again later");
  }
  const server: oauth.AuthorizationServer = {
    issuer: signIn.issuer,
    authorization_endpoint,
    token_endpoint,
    authorization_response_iss_parameter_supported: signIn.authorization_response_iss_parameter_supported ?? false,
  };
  const client: oauth.Client = { client_id: signIn.client_id };
  // RFC 8707 §2: a resource is named by a URI.
  const resource: [string, string][] = URL.canParse(audience) ? [["resource", audience]] : [];
  const redirectUri = location.origin + CALLBACK_PATH;
  // The server names an issuer without TLS only if it is on this machine.
  const options = { [oauth.allowInsecureRequests]: token_endpoint.startsWith("http:"), additionalParameters: resource };

  return {
    async authorizationUrl({ state, codeVerifier, scope }) {
      const url = new URL(authorization_endpoint);
      const parameters = [
        ["client_id", signIn.client_id],
        ["response_type", "code"],
        ["redirect_uri", redirectUri],
        ["scope", scope],
        ["state", state],
        ["code_challenge", await oauth.calculatePKCECodeChallenge(codeVerifier)],
        ["code_challenge_method", "S256"],
        ...resource,
      ] as const;
      for (const [name, value] of parameters) url.searchParams.set(name, value);
      return url;
    },

    async redeem(callback, { state, codeVerifier, scope }) {
      const answer = oauth.validateAuthResponse(server, client, callback, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        answer,
        redirectUri,
        codeVerifier,
        options,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response);
      return tokensOf(tokens, { id: crypto.randomUUID(), scope });
    },

    async renew(tokens, refreshToken) {
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
      return tokensOf(await oauth.processRefreshTokenResponse(server, client, response), tokens);
    },

    endSessionUrl({ idToken }) {
      if (end_session_endpoint === undefined) return undefined;
      const url = new URL(end_session_endpoint);
      url.searchParams.set("client_id", signIn.client_id);
      url.searchParams.set("post_logout_redirect_uri", `${location.origin}/`);
      if (idToken !== undefined) url.searchParams.set("id_token_hint", idToken);
      return url;
    },
  };
}
