import { createCallbackToken } from "./callback-token.ts";
import { createClientCredentialsToken } from "./client-credentials-token.ts";
import type { Credentials } from "./credentials.ts";
import { createFileToken } from "./file-token.ts";

/** Where the token of each call comes from. */
export interface TokenSource {
  /**
   * The token to send; undefined: none.
   *
   * @param signal ends the waiting for it
   * @throws {ConnectError} UNAUTHENTICATED if there is none to be had, UNAVAILABLE if there is none at the moment
   */
  get(signal: AbortSignal): Promise<string | undefined>;
  /** Notes that the registry has refused a token. Answers whether it makes sense to get another. */
  drop(token: string): boolean;
}

/** Makes the source of a connection's tokens. What it has under way ends when `closing` aborts. */
export function createTokenSource(credentials: Credentials, closing: AbortSignal): TokenSource {
  if (credentials === "none") return createStaticToken(undefined);
  if ("token" in credentials) return createStaticToken(credentials.token);
  if ("getToken" in credentials) return createCallbackToken(credentials.getToken);
  if ("tokenFile" in credentials) return createFileToken(credentials.tokenFile);
  return createClientCredentialsToken(credentials.clientCredentials, closing);
}

function createStaticToken(token: string | undefined): TokenSource {
  return { get: async () => token, drop: () => false };
}
