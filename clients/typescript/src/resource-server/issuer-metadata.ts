import { fetchJson } from "./fetch-json.ts";
import { requireSecureUrl } from "./require-secure-url.ts";

/**
 * Where an issuer publishes its keys, from its metadata: RFC 8414, else OpenID Connect Discovery 1.0. The metadata's
 * `issuer` must be the issuer exactly (RFC 8414 §3.3).
 *
 * @throws {AggregateError} with what is wrong with each document, for the log
 */
export async function discoverJwksUri(issuer: string, signal: AbortSignal): Promise<string> {
  const problems: unknown[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return readJwksUri(issuer, url, await fetchJson(url, signal));
    } catch (error) {
      problems.push(error);
    }
  }
  throw new AggregateError(problems, `No usable metadata of the issuer ${issuer}`);
}

/** RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect after it. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

function readJwksUri(issuer: string, url: string, metadata: unknown): string {
  const { issuer: named, jwks_uri: jwksUri } = Object(metadata) as Record<string, unknown>;
  if (named !== issuer) throw new Error(`${url} is the metadata of another issuer`);
  if (typeof jwksUri !== "string") throw new Error(`${url} names no jwks_uri`);
  const { protocol } = requireSecureUrl(`The jwks_uri of ${url}`, jwksUri);
  // Only an issuer that is itself reached without TLS may have its keys fetched without it.
  if (protocol === "http:" && issuer.startsWith("https:")) throw new Error(`${url} names a jwks_uri without TLS`);
  return jwksUri;
}
