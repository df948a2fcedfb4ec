import { shellWord } from "./quoting.ts";
import type { AskedScope, KnownIssuer, Snippet, SnippetBlock, Surroundings } from "./snippet.ts";

/** How a client asks the issuer for a token: for a user (RFC 6749 §4.1, RFC 7636), and for itself (§4.4). */
export function oauthSnippet(scope: AskedScope, { issuers, dev, audience }: Surroundings): Snippet {
  const known = issuers.length > 0 ? issuers : [UNKNOWN_ISSUER];
  return {
    id: "oauth",
    title: "OAuth request",
    blocks: [
      ...known.flatMap((issuer) => [authorizationRequest(scope, issuer), tokenRequest(scope, issuer)]),
      ...(dev ? [devToken(scope, audience)] : []),
    ],
  };
}

const UNKNOWN_ISSUER: KnownIssuer = { issuer: "", authorizationEndpoint: undefined, tokenEndpoint: undefined };

function authorizationRequest({ name, resources }: AskedScope, known: KnownIssuer): SnippetBlock {
  const { authorizationEndpoint: endpoint } = known;
  const parameters = [
    ["response_type", "code"],
    ["client_id", "CLIENT_ID"],
    ["redirect_uri", "REDIRECT_URI"],
    ["scope", name],
    ...resources.map((resource) => ["resource", resource]),
    ["state", "STATE"],
    ["code_challenge", "CODE_CHALLENGE"],
    ["code_challenge_method", "S256"],
  ].map(([parameter = "", value = ""]) => `${parameter}=${encodeURIComponent(value)}`);
  // An endpoint may have a query of its own, which stays (RFC 6749 §3.1).
  const joint = endpoint?.includes("?") === true ? "&" : "?";
  const lines = [
    endpoint ?? "AUTHORIZATION_ENDPOINT",
    ...parameters.map((parameter, at) => `${at === 0 ? joint : "&"}${parameter}`),
  ];
  return {
    caption: `Authorization code, for a user${atIssuer(known)}`,
    note: endpoint === undefined ? inMetadata("authorization_endpoint", known) : "",
    text: lines.join(""),
    lines,
  };
}

function tokenRequest({ name, resources }: AskedScope, known: KnownIssuer): SnippetBlock {
  const { tokenEndpoint: endpoint } = known;
  const parameters = [
    "grant_type=client_credentials",
    `scope=${name}`,
    ...resources.map((resource) => `resource=${resource}`),
  ].map((parameter) => ` \\\n  --data-urlencode ${shellWord(parameter)}`);
  return {
    caption: `Client credentials, for the client itself${atIssuer(known)}`,
    note: endpoint === undefined ? inMetadata("token_endpoint", known) : "",
    text: `curl -s ${shellWord(endpoint ?? "TOKEN_ENDPOINT")} -u CLIENT_ID:CLIENT_SECRET${parameters.join("")}`,
  };
}

function devToken({ name, resources: [resource] }: AskedScope, audience: string): SnippetBlock {
  return {
    caption: "From the built-in issuer of dev mode",
    note: "Run it in the registry's folder.",
    // As one word with its option, since a name may begin with a hyphen.
    text: `npm run --silent token -- --client CLIENT_ID ${shellWord(`--scope=${name}`)} --audience ${shellWord(resource ?? audience)}`,
  };
}

function atIssuer({ issuer }: KnownIssuer): string {
  return issuer === "" ? "" : `, at ${issuer}`;
}

function inMetadata(endpoint: string, { issuer }: KnownIssuer): string {
  return `${endpoint.toUpperCase()} is ${endpoint} in the metadata of ${issuer === "" ? "your issuer" : issuer}.`;
}
