/** How a connection proves who calls. Exactly one of these. */
export type Credentials =
  | StaticToken
  | TokenCallback
  | TokenFile
  | { readonly clientCredentials: ClientCredentials }
  | "none";

/** A token that is never renewed: for tests and short programs. */
export interface StaticToken {
  readonly token: string;
}

/** A function that has the token to send. */
export interface TokenCallback {
  /**
   * Called for each call of the registry: it remembers the token itself, as long as that is good.
   *
   * @param signal aborts when nobody waits for the token any more
   * @param hint `fresh`: the registry has refused the last token, so that a remembered one will not do
   */
  readonly getToken: (signal: AbortSignal, hint: { readonly fresh: boolean }) => string | Promise<string>;
}

/** A file that holds the token and nothing else, a projected service account token of Kubernetes for example. */
export interface TokenFile {
  /** It is looked at once a second at the most, while there are calls, and read again when it has changed. */
  readonly tokenFile: string;
}

/** The client credentials grant (RFC 6749 §4.4). Give `issuer` or `tokenEndpoint`, `clientSecret` or `clientSecretFile`. */
export interface ClientCredentials {
  /** The authorization server, whose metadata names the token endpoint (RFC 8414, or OpenID Connect Discovery 1.0). */
  readonly issuer?: string | undefined;
  /** The token endpoint. As `issuer`, it is an https URL; http is accepted on loopback only. */
  readonly tokenEndpoint?: string | undefined;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** A file that holds the secret and nothing else. It is read for each request of a token. */
  readonly clientSecretFile?: string | undefined;
  /** The scopes of the registry to ask for, parted by spaces. */
  readonly scope?: string | undefined;
  /**
   * The registry's identifiers as resources (RFC 8707 §2): what its SCOPE_REGISTRY_AUDIENCE says. Without it,
   * node-oidc-provider and others issue a token that is not for the registry.
   */
  readonly resource?: string | readonly string[] | undefined;
  /** The same, for authorization servers that know `audience` in place of `resource`. */
  readonly audience?: string | undefined;
  /** How the client authenticates (RFC 6749 §2.3.1); `client_secret_basic` if not given. */
  readonly authentication?: "client_secret_basic" | "client_secret_post" | undefined;
}
