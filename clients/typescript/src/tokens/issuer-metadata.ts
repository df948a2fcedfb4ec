import { fetchJson } from "./fetch-json.ts";
import { isSecureUrl, SECURE_URL_EXPECTED } from "./secure-url.ts";

/** Where an issuer has something, as its metadata calls that. */
export type IssuerLocation = "jwks_uri" | "token_endpoint";

/**
 * Finds where an issuer publishes its keys, or issues tokens, from its metadata: RFC 8414, else OpenID Connect Discovery 1.0.
 * The metadata's `issuer` must be the issuer exactly (RFC 8414 §3.3).
 *
 * @throws {Error} whose message tells what is wrong with each document
 */
export async function discoverLocation(issuer: string, member: IssuerLocation, signal: AbortSignal): Promise<string> {
  const problems: string[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return readLocation(issuer, member, url, await fetchJson(url, signal));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  throw new Error(`The issuer ${issuer} has no metadata with a ${member} that can be used: ${problems.join("; ")}`);
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

function readLocation(issuer: string, member: IssuerLocation, url: string, metadata: unknown): string {
  const { issuer: named, [member]: location } = Object(metadata) as Record<string, unknown>;
  if (named !== issuer) throw new Error(`${url} is the metadata of another issuer`);
  if (typeof location !== "string") throw new Error(`${url} names no ${member}`);
  if (!isSecureUrl(location)) throw new Error(`The ${member} of ${url} ${SECURE_URL_EXPECTED}`);
  // Only an issuer that is itself reached without TLS may have anything reached without it.
  if (issuer.startsWith("https:") && location.startsWith("http:"))
    throw new Error(`${url} names a ${member} without TLS`);
  return location;
}
