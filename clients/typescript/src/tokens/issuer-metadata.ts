import { fetchJson } from "./fetch-json.ts";
import { IssuerError, type IssuerProblem } from "./issuer-error.ts";
import { isSecureUrl, SECURE_URL_EXPECTED } from "./secure-url.ts";

/** Where an issuer has something, as its metadata calls that. */
export type IssuerLocation = "jwks_uri" | "token_endpoint";

/**
 * Finds where an issuer publishes its keys, or issues tokens, from its metadata: RFC 8414, else OpenID Connect Discovery 1.0.
 * The metadata's `issuer` must be the issuer exactly (RFC 8414 §3.3).
 *
 * @throws {IssuerError} whose message tells what is wrong with each document
 */
export async function discoverLocation(issuer: string, member: IssuerLocation, signal: AbortSignal): Promise<string> {
  const errors: IssuerError[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return readLocation(issuer, member, url, await fetchJson(url, signal));
    } catch (error) {
      errors.push(error as IssuerError);
    }
  }
  // One document that may be better later is enough.
  const all = (problem: IssuerProblem) => errors.every((error) => error.problem === problem);
  const problem = all("away") ? "away" : all("lasting") ? "lasting" : "passing";
  const told = problem === "away" ? "cannot be reached" : `has no metadata with a ${member} that can be used`;
  throw new IssuerError(`The issuer ${issuer} ${told}: ${errors.map(({ message }) => message).join("; ")}`, {
    problem,
  });
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
  if (named !== issuer) throw lasting(describeOther(url, named));
  if (typeof location !== "string") throw lasting(`${url} names no ${member}`);
  if (!isSecureUrl(location)) throw lasting(`The ${member} of ${url} ${SECURE_URL_EXPECTED}`);
  // Only an issuer that is itself reached without TLS may have anything reached without it.
  if (issuer.startsWith("https:") && location.startsWith("http:"))
    throw lasting(`${url} names a ${member} without TLS`);
  return location;
}

/** A trailing slash too many, and the like. Only what could be an issuer is quoted. */
function describeOther(url: string, named: unknown): string {
  const isIssuer = typeof named === "string" && /^[\x21-\x7e]{1,300}$/.test(named) && isSecureUrl(named);
  return isIssuer
    ? `${url} is the metadata of another issuer, and names ${named}: set issuer to exactly that`
    : `${url} is the metadata of another issuer`;
}

function lasting(message: string): IssuerError {
  return new IssuerError(message, { problem: "lasting" });
}
