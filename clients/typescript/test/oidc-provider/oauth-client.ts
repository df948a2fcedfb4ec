/** OAuth requests by hand, as a client and a browser send them. */
import { createHash, randomBytes } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import { createBrowser } from "./browser.ts";
import { CALLBACK } from "./running-provider.ts";

/** Parameters of a request; several values of one name are repeated. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** What an endpoint answered in JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What came back to the client's redirect URI, and how to redeem its code. */
export interface AuthorizationAnswer {
  readonly callback: URLSearchParams;
  redeem(more?: Parameters): Promise<JsonAnswer>;
}

/** A form of these parameters. */
export function formOf(parameters: Parameters): URLSearchParams {
  return new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])),
  );
}

/** Posts a form. */
export async function post(
  url: string,
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const response = await fetch(url, { method: "POST", body: formOf(parameters), headers });
  return { status: response.status, body: (await response.json()) as JsonAnswer["body"] };
}

/** Asks for a token on the client's own behalf. */
export function clientCredentials(issuer: string, parameters: Parameters = {}, client = "batch"): Promise<JsonAnswer> {
  const basic = Buffer.from(`${client}:${client}-secret`).toString("base64");
  const form = { grant_type: "client_credentials", ...parameters };
  return post(`${issuer}/token`, form, { authorization: `Basic ${basic}` });
}

/** Refreshes a token. */
export function refresh(issuer: string, refreshToken: unknown, more: Parameters = {}): Promise<JsonAnswer> {
  const form = { grant_type: "refresh_token", client_id: "web-shop", refresh_token: String(refreshToken), ...more };
  return post(`${issuer}/token`, form);
}

/** Goes through the authorization code flow with PKCE, in a browser of its own, until the client is called back. */
export async function authorize(
  issuer: string,
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<AuthorizationAnswer> {
  const verifier = randomBytes(32).toString("base64url");
  const query = formOf({
    client_id: "web-shop",
    response_type: "code",
    redirect_uri: CALLBACK,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...parameters,
  });
  const { url, body } = await createBrowser(headers).open(`${issuer}/auth?${query}`);
  if (!url.href.startsWith(CALLBACK)) throw new Error(`The client was not called back, but shown ${body}`);
  // Answers with tokens in them come in the fragment.
  const callback = url.hash === "" ? url.searchParams : new URLSearchParams(url.hash.slice(1));
  return {
    callback,
    redeem: (more = {}) =>
      post(`${issuer}/token`, {
        grant_type: "authorization_code",
        client_id: "web-shop",
        redirect_uri: CALLBACK,
        code: callback.get("code") ?? "",
        code_verifier: verifier,
        ...more,
      }),
  };
}

/** The claims of an access token, which must be a JWT of RFC 9068. */
export function claimsOf({ body, status }: JsonAnswer): JWTPayload {
  const token = body["access_token"];
  if (typeof token !== "string") throw new Error(`No access token but ${status}: ${JSON.stringify(body)}`);
  if (decodeProtectedHeader(token).typ !== "at+jwt") throw new Error("The access token is no at+jwt");
  return decodeJwt(token);
}
