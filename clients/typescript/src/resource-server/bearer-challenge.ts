/** What a `WWW-Authenticate` header with the scheme Bearer says (RFC 6750 §3). */
export interface BearerChallenge {
  /** Undefined: no token was shown. */
  readonly error?: "invalid_request" | "invalid_token" | "insufficient_scope" | undefined;
  readonly errorDescription?: string | undefined;
  /** The scopes that the request needs; empty: any valid token will do. */
  readonly scopes: readonly string[];
  /** Where the resource's metadata is (RFC 9728 §5.1). */
  readonly metadataUrl: string;
}

const FORBIDDEN = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** Writes the header's value. A character that may not stand in it is shown as a question mark, so that nothing breaks out. */
export function formatChallenge({ error, errorDescription, scopes, metadataUrl }: BearerChallenge): string {
  const parameters = {
    error,
    error_description: errorDescription,
    scope: scopes.length === 0 ? undefined : scopes.join(" "),
    resource_metadata: metadataUrl,
  };
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(FORBIDDEN, "?")}"`],
  );
  return `Bearer ${written.join(", ")}`;
}
