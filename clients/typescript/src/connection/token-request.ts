import { readFile } from "node:fs/promises";
import type { ConnectError } from "@connectrpc/connect";
import {
  type AuthorizationServer,
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  customFetch,
  discoveryRequest,
  processClientCredentialsResponse,
  processDiscoveryResponse,
  ResponseBodyError,
} from "oauth4webapi";
import { createBoundedFetch } from "./bounded-fetch.ts";
import type { ClientCredentials } from "./credentials.ts";
import { isToken, TOKEN_EXPECTED } from "./credentials-rules.ts";
import { errorCode } from "./error-code.ts";
import { isSafeForSecrets } from "./secure-url.ts";
import { noToken, noTokenNow } from "./token-errors.ts";

/** How long a token is used whose answer has no `expires_in` (RFC 6749 §5.1 leaves it open), in milliseconds. */
const DEFAULT_LIFETIME_MS = 300_000;

/** How much of an OAuth error is shown, in characters. */
const MAX_ERROR_LENGTH = 300;

/** A token as the authorization server has issued it. */
export interface IssuedToken {
  readonly text: string;
  readonly expiresInMs: number;
}

/**
 * Makes a function that asks an authorization server once for a token (RFC 6749 §4.4), finding the token endpoint first
 * where only the issuer is known.
 *
 * The function throws {@link ConnectError}: UNAUTHENTICATED if the client is refused, UNAVAILABLE if the server does not
 * answer, or not as it should.
 */
export function createTokenRequest(client: ClientCredentials): (signal: AbortSignal) => Promise<IssuedToken> {
  let discovered: AuthorizationServer | undefined;

  async function findServer(signal: AbortSignal): Promise<AuthorizationServer> {
    const { issuer, tokenEndpoint } = client;
    if (tokenEndpoint !== undefined) return { issuer: tokenEndpoint, token_endpoint: tokenEndpoint };
    discovered ??= await discover(new URL(issuer ?? ""), signal);
    return discovered;
  }

  return async (signal) => {
    const server = await findServer(signal);
    const endpoint = server.token_endpoint ?? "";
    const secret = client.clientSecret ?? (await readSecret(client.clientSecretFile ?? ""));
    const authenticate = client.authentication === "client_secret_post" ? ClientSecretPost : ClientSecretBasic;
    const { fetch, status } = createBoundedFetch();
    const oauthClient = { client_id: client.clientId };
    try {
      const response = await clientCredentialsGrantRequest(
        server,
        oauthClient,
        authenticate(secret),
        parametersOf(client),
        // The URL is checked by us: the library knows no exception for loopback.
        { signal, [customFetch]: fetch, [allowInsecureRequests]: true },
      );
      const answer = await processClientCredentialsResponse(server, oauthClient, response);
      if (!isToken(answer.access_token)) throw noTokenNow(`The token of ${endpoint} ${TOKEN_EXPECTED}`);
      return { text: answer.access_token, expiresInMs: lifetimeOf(answer.expires_in) };
    } catch (error) {
      // It may have moved.
      discovered = undefined;
      throw isRefused(status())
        ? noToken(describeRefusal(endpoint, client.clientId, status(), error, secret))
        : noTokenNow(`The token endpoint ${endpoint} gives no token (${describeFailure(error, status(), signal)})`);
    }
  };
}

/** Reads the issuer's metadata: RFC 8414, else OpenID Connect Discovery 1.0. */
async function discover(issuer: URL, signal: AbortSignal): Promise<AuthorizationServer> {
  let failure = "";
  for (const algorithm of ["oauth2", "oidc"] as const) {
    const { fetch, status } = createBoundedFetch();
    try {
      const options = { algorithm, signal, [customFetch]: fetch, [allowInsecureRequests]: true };
      const server = await processDiscoveryResponse(issuer, await discoveryRequest(issuer, options));
      const endpoint = server.token_endpoint ?? "";
      if (URL.canParse(endpoint) && isSafeForSecrets(new URL(endpoint))) return server;
      failure = "its metadata names no token endpoint with an https URL";
    } catch (error) {
      failure = describeFailure(error, status(), signal);
    }
  }
  throw noTokenNow(`The token endpoint of the issuer ${issuer.href} cannot be found (${failure})`);
}

function parametersOf({ scope, resource, audience }: ClientCredentials): URLSearchParams {
  const parameters = new URLSearchParams();
  if (scope !== undefined) parameters.set("scope", scope);
  for (const uri of resource === undefined ? [] : [resource].flat()) parameters.append("resource", uri);
  if (audience !== undefined) parameters.set("audience", audience);
  return parameters;
}

async function readSecret(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw noToken(`Client secret file ${path} cannot be read (${errorCode(error)}): it must be there and readable`);
  });
  if (text.trim() === "") throw noToken(`Client secret file ${path} is empty: it must hold the secret`);
  return text.trim();
}

function lifetimeOf(seconds: number | undefined): number {
  return seconds === undefined ? DEFAULT_LIFETIME_MS : Math.max(0, seconds) * 1_000;
}

/** A client error that another attempt will meet too. */
function isRefused(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

function describeRefusal(
  endpoint: string,
  clientId: string,
  status: number | undefined,
  error: unknown,
  secret: string,
): string {
  const told = error instanceof ResponseBodyError ? [error.error, error.error_description] : [];
  // Servers have been seen to quote what they were sent.
  const text = told.filter((part) => part !== undefined && !part.includes(secret)).join(": ");
  const shown = text.replace(/[^\x20-\x7e]/g, " ").slice(0, MAX_ERROR_LENGTH) || `status ${status}`;
  return `The token endpoint ${endpoint} refuses the client ${clientId} (${shown}): check its id, secret and scopes`;
}

function describeFailure(error: unknown, status: number | undefined, signal: AbortSignal): string {
  if (signal.aborted) return "it has not answered in time";
  if (status !== undefined && status !== 200) return `it answers status ${status}`;
  if (status === 200) return "it answers what is not of RFC 6749 or RFC 8414";
  return errorCode(error);
}
