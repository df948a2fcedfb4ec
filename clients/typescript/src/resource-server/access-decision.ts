import type { PresentedToken } from "./access-token.ts";
import type { Refusal } from "./request-refusal.ts";

/** A request, as far as it matters for letting it in. */
export interface AccessRequest {
  /** The `authorization` header; all its values, if there are several. */
  readonly authorization: string | readonly string[] | undefined;
  /** The scopes that the token must have, all of them, as `parseRequiredScopes` reads them. */
  readonly requiredScopes: readonly string[];
  /** The request's URL or path, to refuse tokens in its query. */
  readonly url?: string | undefined;
  /** SHA-256 thumbprint of the sender's TLS client certificate, base64url; asked for by bound tokens only. */
  readonly certificateSha256?: (() => string | undefined) | undefined;
}

/** Whether a request is let in. */
export type AccessDecision =
  | { readonly granted: true; readonly token: PresentedToken }
  | { readonly granted: false; readonly refusal: Refusal };
