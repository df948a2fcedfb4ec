/** The OAuth error codes that requests are refused with here (RFC 6749 §4.1.2.1 and §5.2, RFC 8707 §2). */
export type OAuthRefusalCode = "invalid_request" | "invalid_scope" | "invalid_target" | "temporarily_unavailable";

/**
 * An OAuth request that is refused: to the client's redirect URI where there is one, else as JSON. It has the members of the
 * provider's own `errors.OIDCProviderError`, which the provider goes by; its class is not imported, so that this package
 * needs no `oidc-provider` at run time.
 */
export class OAuthRefusalError extends Error {
  override readonly name = "OAuthRefusalError";
  /** The OAuth error code: the provider answers the message as `error`. */
  readonly error: OAuthRefusalCode;
  readonly error_description: string;
  /** 503 if `temporarily_unavailable`, else 400. */
  readonly status: number;
  readonly statusCode: number;
  readonly expose = true;
  readonly allow_redirect = true;

  constructor(error: OAuthRefusalCode, description: string, options?: ErrorOptions) {
    super(error, options);
    this.error = error;
    this.error_description = description;
    this.status = error === "temporarily_unavailable" ? 503 : 400;
    this.statusCode = this.status;
  }
}
