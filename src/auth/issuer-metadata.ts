import { z } from "zod";
import { type Fetch, fetchText } from "./bounded-fetch.ts";

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

/**
 * Where an issuer publishes its keys, from its metadata: RFC 8414, else OpenID Connect Discovery 1.0. The metadata's
 * `issuer` must be the issuer exactly (RFC 8414 §3.3).
 *
 * @throws {AggregateError} with what is wrong with each document, for the log.
 */
export async function discoverJwksUri(issuer: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  const problems: unknown[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return readMetadata(issuer, url, await fetchText(fetch, url, { signal }));
    } catch (error) {
      problems.push(error);
    }
  }
  throw new AggregateError(problems, `No usable metadata of the issuer ${issuer}`);
}

/** The URLs of an issuer's metadata: RFC 8414 §3.1 puts the well-known part before the path, OpenID Connect after it. */
export function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

function readMetadata(issuer: string, url: string, text: string): string {
  const { issuer: named, jwks_uri: jwksUri } = metadataSchema.parse(JSON.parse(text));
  if (named !== issuer) {
    throw new Error(`${url} is the metadata of another issuer`);
  }
  // Only an issuer that is itself reached without TLS (on loopback) may have its keys fetched without it.
  if (!jwksUri.startsWith("https://") && !issuer.startsWith("http://")) {
    throw new Error(`${url} names a jwks_uri that is no https URL`);
  }
  return jwksUri;
}
