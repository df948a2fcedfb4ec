import { RegistryError } from "../registry/registry-error.ts";

/** After how long an issuer that failed is worth asking again, in milliseconds. */
export const ISSUER_RETRY_MS = 5_000;

/** The call has no bearer token (RFC 6750 §3.1: no error code then). */
export function tokenMissing(): RegistryError {
  return new RegistryError(
    "TOKEN_MISSING",
    "The call has no bearer token: send one in the authorization header (authorization: Bearer <token>)",
  );
}

/**
 * The token is not valid here. The message tells why in general terms, without the token or what it says. There is no
 * cause: a library's error may carry the token's claims into the log.
 */
export function tokenInvalid(message: string): RegistryError {
  return new RegistryError("TOKEN_INVALID", message);
}

/** Who has shown a client's credentials is not that client (RFC 6749 §5.2). Never tells whether there is one of that name. */
export function clientInvalid(
  message = "The client is not known here, or its secret is another: compare both with the registry's file of introspection clients",
): RegistryError {
  return new RegistryError("CLIENT_INVALID", message);
}

/** Too many clients' secrets are being compared at once, so that nothing is known of this one. */
export function clientsBusy(): RegistryError {
  return new RegistryError("OVERLOADED", "Too many credentials are compared at once: try again later", {
    retryAfterMs: 1_000,
  });
}

/** Tells that a token is meant for others. */
export function wrongAudience(audience: string): string {
  return `The token is meant for another audience: ask for one whose aud contains "${audience}"`;
}

/** The issuer cannot be asked, so that nothing is known of the token. The cause is for the log. */
export function issuerUnavailable(issuer: string, cause: unknown): RegistryError {
  return new RegistryError(
    "ISSUER_UNAVAILABLE",
    `The issuer ${issuer} cannot be reached, so its tokens cannot be judged: try again later`,
    { metadata: { issuer }, retryAfterMs: ISSUER_RETRY_MS, cause },
  );
}

/** After how long an issuer that is asked too much is worth asking again, in milliseconds. */
export const ISSUER_BUSY_RETRY_MS = 1_000;

/** The issuer is being asked about as many tokens as it may be, so that nothing is known of this one. */
export function issuerBusy(issuer: string): RegistryError {
  return new RegistryError(
    "ISSUER_UNAVAILABLE",
    `The issuer ${issuer} is being asked about too many tokens at once: try again later`,
    { metadata: { issuer }, retryAfterMs: ISSUER_BUSY_RETRY_MS },
  );
}

/** Whether an error says that a token's issuer cannot be asked, so that nothing is known of the token. */
export function isIssuerUnavailable(error: unknown): boolean {
  return error instanceof RegistryError && error.reason === "ISSUER_UNAVAILABLE";
}

/** Whether an error says that the token is not valid. */
export function isTokenInvalid(error: unknown): boolean {
  return error instanceof RegistryError && error.reason === "TOKEN_INVALID";
}
