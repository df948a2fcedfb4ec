import type { RegistryError } from "../../registry/registry-error.ts";

const REALM = 'Bearer realm="scope-registry"';

/**
 * The `WWW-Authenticate` value that goes with a refusal (RFC 6750 §3): without an error code where no token was shown,
 * `invalid_token` where it was not accepted, `insufficient_scope` with the scope that it lacks. Undefined: for any other
 * refusal.
 */
export function bearerChallenge({ reason, metadata }: RegistryError): string | undefined {
  switch (reason) {
    case "TOKEN_MISSING":
      return REALM;
    case "TOKEN_INVALID":
      return `${REALM}, error="invalid_token"`;
    case "SCOPE_MISSING":
      // A scope name holds no quotation mark and no backslash (RFC 6749 §3.3).
      return `${REALM}, error="insufficient_scope", scope="${metadata["scope"]}"`;
    default:
      return undefined;
  }
}
