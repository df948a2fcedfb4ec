import { isBearerToken } from "../tokens/bearer-token.ts";

/** The longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 16_384;

const CREDENTIALS = /^Bearer(?: +(.*))?$/is;

/** What a request shows to be let in: a bearer token, none, or something that is no token. */
export type Credentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "none" }
  | { readonly kind: "malformed"; readonly description: string };

/**
 * Reads the `authorization` header, all its values if there are several (RFC 6750 §2.1). Another scheme is no token, as it
 * may be meant for somebody else.
 *
 * A token in the query is not taken, as URLs are logged (RFC 6750 §2.3), and refused, so that its sender learns of it.
 */
export function readCredentials(authorization: string | readonly string[] | undefined, url = ""): Credentials {
  const query = url.indexOf("?");
  if (query !== -1 && new URLSearchParams(url.slice(query)).has("access_token")) {
    return malformed("Send the token in the authorization header, not in the URL");
  }
  const values = typeof authorization === "string" ? [authorization] : (authorization ?? []);
  if (values.length > 1) return malformed("Send one authorization header, with one token");
  const match = CREDENTIALS.exec(values[0] ?? "");
  if (match === null) return { kind: "none" };
  const token = match[1] ?? "";
  if (token === "") return { kind: "none" };
  if (!isBearerToken(token)) return malformed("The authorization header must hold exactly one bearer token");
  if (token.length > MAX_TOKEN_LENGTH) return malformed(`The token is longer than ${MAX_TOKEN_LENGTH} characters`);
  return { kind: "token", token };
}

function malformed(description: string): Credentials {
  return { kind: "malformed", description };
}
