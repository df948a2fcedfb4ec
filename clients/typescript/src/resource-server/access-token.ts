/** What is known of an access token that is valid here and now. Frozen: several requests may be shown the same one. */
export interface AccessToken {
  /** The client that the token was issued to. */
  readonly clientId: string;
  /** Whom the token is about: a user, or the client itself. Undefined: its issuer does not tell. */
  readonly subject: string | undefined;
  /** The scopes that it carries, each once. Checked by the registry, these are the resource server's own. */
  readonly scopes: string[];
  /** When it expires, in seconds since 1970-01-01T00:00:00Z. Absent: its issuer does not tell. */
  readonly expiresAt?: number;
  /** Who issued it. */
  readonly issuer: string;
  /** Whom it is meant for; empty: its issuer does not tell. */
  readonly audience: readonly string[];
  /** All that its issuer says of it: the claims of a JWT, or the members of an introspection answer. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * The access token that a request was let in with: what handlers get. It fits `AuthInfo` of the MCP SDK, so that a guarded
 * request can be handed on to its transports.
 */
export interface PresentedToken extends AccessToken {
  /** The token itself. Secret. */
  readonly token: string;
}

/** How a token is bound to its sender (RFC 7800 §3.1). */
export interface SenderBinding {
  /** SHA-256 thumbprint of the TLS client certificate that the sender must have, base64url (RFC 8705 §3.1). */
  readonly certificateSha256: string;
}

/** A token that was checked, and how long that holds. */
export interface CheckedToken {
  readonly accessToken: AccessToken;
  /** Undefined: it is a bearer token. */
  readonly binding: SenderBinding | undefined;
  /** When it has to be checked again, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly validUntil: number;
}

/** Checks access tokens for one protected resource. */
export interface TokenChecker {
  /**
   * Tells what a token is worth. Whether its sender is the one it is bound to is for the caller to check.
   *
   * @throws {TokenRefusedError} if it is not valid here
   * @throws {TokenUncheckedError} if that cannot be found out at the moment
   */
  check(token: string): Promise<CheckedToken>;
}

/** A way to check tokens, `jwtTokens()` or `introspectedTokens()`: makes the checker for the resource with this URI. */
export type TokenCheckerFactory = (resource: string) => TokenChecker;
