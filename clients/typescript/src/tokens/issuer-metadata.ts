import type { Fetch } from "./bounded-fetch.ts";
import { fetchJson } from "./fetch-json.ts";
import { IssuerError, type IssuerProblem } from "./issuer-error.ts";
import { isSecureUrl, SECURE_URL_EXPECTED } from "./secure-url.ts";

/** Where an issuer has something, as its metadata calls that. */
export type IssuerLocation = "authorization_endpoint" | "end_session_endpoint" | "jwks_uri" | "token_endpoint";

/** What an issuer tells of itself. */
export interface IssuerMetadata {
  /** Where it has this. @throws {IssuerError} where it names none, or one that cannot be used */
  location(member: IssuerLocation): string;
  /** The same, where it need not have it. @throws {IssuerError} for one that cannot be used */
  optionalLocation(member: IssuerLocation): string | undefined;
  /** Whether it says so: a member that is true. */
  says(member: string): boolean;
}

/**
 * Finds where an issuer publishes its keys, or issues tokens, from its metadata.
 *
 * @throws {IssuerError} whose message tells what is wrong with each document
 */
export function discoverLocation(
  issuer: string,
  member: IssuerLocation,
  signal: AbortSignal,
  fetch?: Fetch,
): Promise<string> {
  return discoverMetadata(issuer, member, (metadata) => metadata.location(member), signal, fetch);
}

/**
 * Reads an issuer's metadata: RFC 8414, else OpenID Connect Discovery 1.0, whichever has what is needed. The metadata's `issuer`
 * must be the issuer exactly (RFC 8414 §3.3).
 *
 * @param needed what that is, for the error
 * @param read takes it out of one document
 * @throws {IssuerError} whose message tells what is wrong with each document
 */
export async function discoverMetadata<T>(
  issuer: string,
  needed: string,
  read: (metadata: IssuerMetadata) => T,
  signal: AbortSignal,
  fetch?: Fetch,
): Promise<T> {
  const errors: IssuerError[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return read(readMetadata(issuer, url, await fetchJson(url, signal, fetch)));
    } catch (error) {
      errors.push(error as IssuerError);
    }
  }
  // One document that may be better later is enough.
  const all = (problem: IssuerProblem) => errors.every((error) => error.problem === problem);
  const problem = all("away") ? "away" : all("lasting") ? "lasting" : "passing";
  const told = problem === "away" ? "cannot be reached" : `has no metadata with a ${needed} that can be used`;
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

function readMetadata(issuer: string, url: string, document: unknown): IssuerMetadata {
  const members = Object(document) as Record<string, unknown>;
  if (members["issuer"] !== issuer) throw lasting(describeOther(url, members["issuer"]));
  const location = (member: IssuerLocation): string => {
    const value = members[member];
    if (typeof value !== "string") throw lasting(`${url} names no ${member}`);
    if (!isSecureUrl(value)) throw lasting(`The ${member} of ${url} ${SECURE_URL_EXPECTED}`);
    // Only an issuer that is itself reached without TLS may have anything reached without it.
    if (issuer.startsWith("https:") && value.startsWith("http:")) throw lasting(`${url} names a ${member} without TLS`);
    return value;
  };
  return {
    location,
    optionalLocation: (member) => (members[member] === undefined ? undefined : location(member)),
    says: (member) => members[member] === true,
  };
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
