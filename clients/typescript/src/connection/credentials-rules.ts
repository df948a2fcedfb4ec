import { isBearerToken } from "../tokens/bearer-token.ts";
import { isSecureUrl, SECURE_URL_EXPECTED } from "../tokens/secure-url.ts";
import type { ClientCredentials, Credentials } from "./credentials.ts";

const KINDS = ["token", "getToken", "tokenFile", "clientCredentials"];
const EXPECTED = 'must have exactly one of token, getToken, tokenFile and clientCredentials, or be "none"';

/** What is wrong with credentials, without their secrets. */
export function credentialsProblems(credentials: Credentials): string[] {
  if (credentials === "none") return [];
  if (typeof credentials !== "object" || credentials === null) return [`credentials ${EXPECTED}`];
  const kinds = KINDS.filter((kind) => kind in credentials);
  if (kinds.length !== 1) return [`credentials ${EXPECTED}`];
  if ("token" in credentials) return isBearerToken(credentials.token) ? [] : [`credentials.token ${TOKEN_EXPECTED}`];
  if ("tokenFile" in credentials) return isText(credentials.tokenFile) ? [] : ["credentials.tokenFile must be a path"];
  if ("getToken" in credentials) {
    return typeof credentials.getToken === "function" ? [] : ["credentials.getToken must be a function"];
  }
  return clientProblems(credentials.clientCredentials).map((problem) => `credentials.clientCredentials${problem}`);
}

/** What a token must look like. */
export const TOKEN_EXPECTED = "must be a bearer token (RFC 6750 section 2.1), without white space";

function clientProblems(client: ClientCredentials): string[] {
  if (typeof client !== "object" || client === null) return [" must be an object"];
  const { issuer, tokenEndpoint, clientId, clientSecret, clientSecretFile, authentication } = client;
  const problems: string[] = [];
  if ((issuer === undefined) === (tokenEndpoint === undefined))
    problems.push(" must have either issuer or tokenEndpoint");
  for (const [name, url] of [
    ["issuer", issuer],
    ["tokenEndpoint", tokenEndpoint],
  ] as const) {
    if (url !== undefined && !isSecureUrl(url)) problems.push(`.${name} ${SECURE_URL_EXPECTED}`);
  }
  if (!isText(clientId)) problems.push(".clientId must not be empty");
  if ((clientSecret === undefined) === (clientSecretFile === undefined)) {
    problems.push(" must have either clientSecret or clientSecretFile");
  } else if (!isText(clientSecret ?? clientSecretFile)) {
    problems.push(`.${clientSecret === undefined ? "clientSecretFile" : "clientSecret"} must not be empty`);
  }
  if (authentication !== undefined && !["client_secret_basic", "client_secret_post"].includes(authentication)) {
    problems.push(".authentication must be client_secret_basic or client_secret_post");
  }
  return problems;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
