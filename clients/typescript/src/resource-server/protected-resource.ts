/**
 * A protected resource: who is let in, and how it says so. It knows no framework; `src/frameworks` fits it to them.
 */

import { tell } from "../tell.ts";
import { requireSecureUrl } from "../tokens/secure-url.ts";
import { TokenRefusedError, TokenUncheckedError } from "../tokens/token-errors.ts";
import type { AccessDecision, AccessRequest } from "./access-decision.ts";
import type { AccessToken, TokenChecker, TokenCheckerFactory } from "./access-token.ts";
import { readCredentials } from "./bearer-credentials.ts";
import { type HttpAnswer, jsonAnswer } from "./http-answer.ts";
import { toLoggedError } from "./logged-error.ts";
import { createRefusal, type Refusal, type RefusalReason } from "./request-refusal.ts";
import { locateMetadata, type ProtectedResourceMetadata } from "./resource-metadata.ts";

/** How long the metadata may be cached, in seconds. */
const METADATA_MAX_AGE_SECONDS = 60;

/** What a protected resource is made of. */
export interface ProtectedResourceOptions {
  /** Its URI, as clients ask for it and tokens have it in `aud` (RFC 8707): an https URL without query and fragment. */
  readonly resource: string;
  /** The issuers that clients can get tokens from; at least one. */
  readonly authorizationServers: readonly string[];
  /** How tokens are checked: `jwtTokens()` or `introspectedTokens()`. */
  readonly tokens: TokenCheckerFactory;
  /** The scopes that the metadata names: those that `registerAtStartup` has registered. A function is asked each time. */
  readonly scopesSupported: readonly string[] | (() => readonly string[]);
  /** The resource's name for people. */
  readonly resourceName?: string | undefined;
  /** Where developers read about it. */
  readonly resourceDocumentation?: string | undefined;
  /**
   * Called with what keeps tokens from being checked: a registry or an issuer that is away (answered with 503; the message
   * tells why), and faults (answered with 500). Not called for refusals. What it throws or rejects with is ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Lets requests in by their tokens, and tells clients how to get one. */
export interface ProtectedResource {
  readonly resource: string;
  /** Where the metadata is served, on the resource's host. */
  readonly metadataPath: string;
  /** The metadata's URL, which every challenge names. */
  readonly metadataUrl: string;
  /** The metadata (RFC 9728 §2), with the scopes of now. */
  metadata(): ProtectedResourceMetadata;
  /** The response to a request for the metadata; readable by scripts of any origin, as it is public. */
  metadataAnswer(): HttpAnswer;
  /** Decides on a request. Never rejects: what goes wrong is a refusal. */
  authorize(request: AccessRequest): Promise<AccessDecision>;
}

/**
 * Makes the guard of a resource server (RFC 6750, RFC 9728).
 *
 * @throws {TypeError} if a URL in the options cannot be used
 */
export function createProtectedResource(options: ProtectedResourceOptions): ProtectedResource {
  const { resource, authorizationServers, scopesSupported, resourceName, resourceDocumentation, onError } = options;
  const location = locateMetadata(resource);
  if (authorizationServers.length === 0)
    throw new TypeError("The resource has no authorization server: name at least one");
  for (const server of authorizationServers) requireSecureUrl("Authorization server", server);
  const checker = options.tokens(resource);

  function metadata(): ProtectedResourceMetadata {
    return {
      resource,
      authorization_servers: [...authorizationServers],
      scopes_supported: [...(typeof scopesSupported === "function" ? scopesSupported() : scopesSupported)],
      bearer_methods_supported: ["header"],
      ...(resourceName === undefined ? {} : { resource_name: resourceName }),
      ...(resourceDocumentation === undefined ? {} : { resource_documentation: resourceDocumentation }),
    };
  }

  function refuse(reason: RefusalReason, description: string, scopes: readonly string[], retryAfterSeconds?: number) {
    return createRefusal(reason, { description, scopes, metadataUrl: location.url, retryAfterSeconds });
  }

  function refuseFailure(error: unknown, scopes: readonly string[]): Refusal {
    if (error instanceof TokenRefusedError) return refuse("invalid_token", error.message, scopes);
    tell(onError, toLoggedError(error));
    return error instanceof TokenUncheckedError
      ? refuse("temporarily_unavailable", error.message, scopes, error.retryAfterSeconds)
      : refuse("server_error", FAULT, scopes);
  }

  return {
    resource,
    metadataPath: location.path,
    metadataUrl: location.url,
    metadata,
    metadataAnswer() {
      try {
        return jsonAnswer(200, metadata(), {
          "cache-control": `max-age=${METADATA_MAX_AGE_SECONDS}`,
          "access-control-allow-origin": "*",
        });
      } catch (error) {
        return refuseFailure(error, []);
      }
    },
    async authorize(request) {
      const { requiredScopes } = request;
      const refused = (refusal: Refusal): AccessDecision => ({ granted: false, refusal });
      try {
        const credentials = readCredentials(request.authorization, request.url);
        if (credentials.kind === "none") return refused(refuse("token_missing", MISSING, requiredScopes));
        if (credentials.kind === "malformed") {
          return refused(refuse("invalid_request", credentials.description, requiredScopes));
        }
        const { token } = credentials;
        const accessToken = await checkToken(checker, token, request);
        const lacking = requiredScopes.filter((name) => !accessToken.scopes.includes(name));
        if (lacking.length > 0) {
          return refused(refuse("insufficient_scope", `The token lacks ${lacking.join(" ")}`, requiredScopes));
        }
        return { granted: true, token: Object.freeze({ token, ...accessToken }) };
      } catch (error) {
        return refused(refuseFailure(error, requiredScopes));
      }
    },
  };
}

async function checkToken(checker: TokenChecker, token: string, request: AccessRequest): Promise<AccessToken> {
  const { accessToken, binding } = await checker.check(token);
  if (binding !== undefined && binding.certificateSha256 !== request.certificateSha256?.()) {
    throw new TokenRefusedError(
      "The token is bound to a client certificate (RFC 8705): call with that certificate over TLS",
    );
  }
  return accessToken;
}

const MISSING = "Send a bearer token in the authorization header (authorization: Bearer <token>)";
const FAULT = "The request cannot be checked because of a fault of the resource server: try again later";
