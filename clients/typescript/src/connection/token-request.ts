import { readFile } from "node:fs/promises";
import { ConnectError } from "@connectrpc/connect";
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
} from "oauth4webapi";
import { isBearerToken } from "../tokens/bearer-token.ts";
import { fetchBounded } from "../tokens/bounded-fetch.ts";
import { errorCode } from "../tokens/error-code.ts";
import { type IssuerError, isLastingStatus } from "../tokens/issuer-error.ts";
import { discoverLocation } from "../tokens/issuer-metadata.ts";
import type { ClientCredentials } from "./credentials.ts";
import { TOKEN_EXPECTED } from "./credentials-rules.ts";
import { noToken, noTokenNow } from "./missing-token.ts";

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
 * The function throws {@link ConnectError}: UNAUTHENTICATED if the client is refused or the issuer publishes no token endpoint
 * that can be used, UNAVAILABLE if the server does not answer, or not as it should.
 */
export function createTokenRequest(client: ClientCredentials): (signal: AbortSignal) => Promise<IssuedToken> {
  let discovered: string | undefined;

  async function findEndpoint(signal: AbortSignal): Promise<string> {
    const { issuer = "", tokenEndpoint } = client;
    if (tokenEndpoint !== undefined) return tokenEndpoint;
    discovered ??= await discoverLocation(issuer, "token_endpoint", signal).catch(
      ({ message, problem }: IssuerError) => {
        throw problem === "lasting" ? noToken(message) : noTokenNow(message);
      },
    );
    return discovered;
  }

  return async (signal) => {
    const endpoint = await findEndpoint(signal);
    const secret = client.clientSecret ?? (await readSecret(client.clientSecretFile ?? ""));
    const authenticate = client.authentication === "client_secret_post" ? ClientSecretPost : ClientSecretBasic;
    const server = { issuer: endpoint, token_endpoint: endpoint };
    const oauthClient = { client_id: client.clientId };
    let status: number | undefined;
    try {
      const response = await clientCredentialsGrantRequest(
        server,
        oauthClient,
        authenticate(secret),
        parametersOf(client),
        {
          signal,
          // The URL is checked by us: the library knows no exception for loopback.
          [allowInsecureRequests]: true,
          async [customFetch](url, { method, headers, body }) {
            // Tokens are asked for so seldom that a socket is not worth keeping.
            const init = { method, headers: { ...headers, connection: "close" }, body: body ?? null, signal };
            const answer = await fetchBounded(url, init);
            status = answer.status;
            // The library would throw the challenge of a 401 (RFC 6749 §5.2), and leave the OAuth error beside it unread.
            answer.headers.delete("www-authenticate");
            return answer;
          },
        },
      );
      const answer = await processClientCredentialsResponse(server, oauthClient, response);
      if (!isBearerToken(answer.access_token)) throw noTokenNow(`The token of ${endpoint} ${TOKEN_EXPECTED}`);
      return { text: answer.access_token, expiresInMs: lifetimeOf(answer.expires_in) };
    } catch (error) {
      if (error instanceof ConnectError) throw error;
      // It may have moved.
      discovered = undefined;
      throw status !== undefined && isLastingStatus(status)
        ? noToken(describeRefusal(endpoint, client.clientId, status, error, secret))
        : noTokenNow(`The token endpoint ${endpoint} gives no token (${describeFailure(error, status, signal)})`);
    }
  };
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

function describeRefusal(endpoint: string, clientId: string, status: number, error: unknown, secret: string): string {
  const told = error instanceof ResponseBodyError ? [error.error, error.error_description] : [];
  // Servers have been seen to quote what they were sent.
  const text = told.filter((part) => part !== undefined && !part.includes(secret)).join(": ");
  const shown = text.replace(/[^\x20-\x7e]/g, " ").slice(0, MAX_ERROR_LENGTH) || `status ${status}`;
  return `The token endpoint ${endpoint} refuses the client ${clientId} (${shown}): check its id, secret and scopes`;
}

function describeFailure(error: unknown, status: number | undefined, signal: AbortSignal): string {
  if (signal.aborted) return "it has not answered in time";
  if (status !== undefined && status !== 200) return `it answers status ${status}`;
  if (status === 200) return "it answers what is not of RFC 6749";
  return errorCode(error);
}
