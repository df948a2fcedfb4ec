/** How a sender-constrained token is bound to its sender (RFC 7800 §3.1). */
export interface Confirmation {
  /** SHA-256 thumbprint of a DPoP key (RFC 9449 §6.1). */
  readonly jkt: string | undefined;
  /** SHA-256 thumbprint of a TLS client certificate, base64url (RFC 8705 §3.1). */
  readonly certificateSha256: string | undefined;
  /** Whether it is bound in a way that is not known here. */
  readonly unknown: boolean;
}

/** A token that is valid here and now: the members of RFC 7662 §2.2. Times are in seconds since 1970-01-01T00:00:00Z. */
export interface ActiveToken {
  /** The names in it, each once, in order. What is no scope name is left out. */
  readonly scopes: readonly string[];
  readonly clientId: string | undefined;
  /** The client's name as an owner: the issuer's `owner_prefix` and the client's identifier. */
  readonly owner: string | undefined;
  readonly username: string | undefined;
  /** `Bearer`, `DPoP`, or what the issuer says. */
  readonly tokenType: string | undefined;
  readonly exp: number | undefined;
  readonly iat: number | undefined;
  readonly nbf: number | undefined;
  readonly sub: string | undefined;
  readonly aud: readonly string[];
  readonly iss: string;
  readonly jti: string | undefined;
  /** Undefined: a bearer token. */
  readonly confirmation: Confirmation | undefined;
}
