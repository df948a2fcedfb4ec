/** Who calls: what a verified token says. */
export interface Caller {
  /** The OAuth client (RFC 9068 §2.2). */
  readonly clientId: string;
  /** The owner's name of what the caller registers: the issuer's `owner_prefix` and the client's identifier. */
  readonly owner: string;
  /** Empty: no issuer has told of it, but the registry's own settings. */
  readonly issuer: string;
  readonly scopes: ReadonlySet<string>;
}

/** What the transport knows of the other end. */
export interface Peer {
  /** The SHA-256 thumbprint of its verified TLS client certificate (DER), base64url without padding (RFC 8705 §3.1). */
  readonly certificateSha256?: string | undefined;
}
