import type { SignInEndpoints, SignInMetadata } from "../../../auth/sign-in-metadata.ts";

/** What the page needs to know of the server, but for where people sign in. Its members are named as they are sent. */
export interface CatalogueConfig {
  readonly access: "open" | "sign_in";
  /** Whether the server runs in dev mode: the page then takes a token out of its URL. */
  readonly dev: boolean;
  /** What lines to copy call. */
  readonly grpc_address: string;
  readonly grpc_tls: boolean;
  /** What tokens must have in `aud`. */
  readonly audience: string;
  /** The names of scopes that the page asks for or shows. */
  readonly scopes: Readonly<Record<"read" | "admin" | "register" | "validate", string>>;
  /** Whose tokens are trusted. */
  readonly issuers: readonly string[];
}

/** Where people sign in to the catalogue, and what is known of it. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly metadata: SignInMetadata;
}

/** The answer of `/catalogue.json`. */
export async function describeCatalogue(
  config: CatalogueConfig,
  signIn: SignIn | undefined,
): Promise<Record<string, unknown>> {
  return { ...config, sign_in: signIn === undefined ? null : await describeSignIn(signIn) };
}

/** The origins that the page calls to sign in, each once. */
export async function signInOrigins(signIn: SignIn | undefined): Promise<string[]> {
  if (signIn === undefined) return [];
  const tokenEndpoint = (await signIn.metadata.endpoints())?.tokenEndpoint;
  const urls = [signIn.issuer, ...(tokenEndpoint === undefined ? [] : [tokenEndpoint])];
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

async function describeSignIn({ issuer, clientId, metadata }: SignIn): Promise<Record<string, unknown>> {
  const endpoints = await metadata.endpoints();
  return {
    issuer,
    client_id: clientId,
    ...(endpoints === undefined ? { unavailable: true } : namedAsInMetadata(endpoints)),
  };
}

function namedAsInMetadata(endpoints: SignInEndpoints): Record<string, unknown> {
  return {
    authorization_endpoint: endpoints.authorizationEndpoint,
    token_endpoint: endpoints.tokenEndpoint,
    ...(endpoints.endSessionEndpoint !== undefined && { end_session_endpoint: endpoints.endSessionEndpoint }),
    ...(endpoints.namesItself && { authorization_response_iss_parameter_supported: true }),
  };
}
