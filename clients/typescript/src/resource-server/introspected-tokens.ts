import { Code, ConnectError } from "@connectrpc/connect";
import { refusalOf } from "../connection/refusal.ts";
import type { ScopeRegistryConnection } from "../connection/scope-registry-connection.ts";
import type { IntrospectResponse } from "../gen/scoperegistry/v1/scope_registry_pb.ts";
import { TokenRefusedError, TokenUncheckedError } from "../tokens/token-errors.ts";
import type { CheckedToken, TokenCheckerFactory } from "./access-token.ts";
import { createCheckedTokens } from "./checked-tokens.ts";
import { readIntrospectedBinding, readIntrospectedToken } from "./introspection-answer.ts";
import { createRegistryOutage } from "./registry-outage.ts";

/** How long an answer that a token is not active is believed at the most, in seconds. */
const MAX_INACTIVE_SECONDS = 5;

/** After how long a registry that did not answer is worth asking again, in seconds. */
const RETRY_SECONDS = 2;

/** How many tokens that were never accepted are asked about at once. */
const MAX_UNKNOWN = 1_000;

/** How the registry is asked about tokens. */
export interface IntrospectedTokensOptions {
  /** The connection to ask by; its token needs `scope_registry.introspect`. Any object with a client will do. */
  readonly connection: Pick<ScopeRegistryConnection, "registry">;
  /** What `aud` must contain, one of these, where the issuer tells it. Not given: the resource's URI (RFC 8707). */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * How long an answer is believed, in seconds, never beyond the token's `exp`: so long a revoked token and a disabled
   * scope go on working. Not given: 10. 0: each request asks.
   */
  readonly cacheSeconds?: number | undefined;
  /** How many answers of each kind, active and inactive, are kept. Not given: 10,000. */
  readonly maxCached?: number | undefined;
  /** How long an answer may take, in milliseconds. Not given: 5,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Checks tokens of any format by asking the registry (`Introspect`). It answers the resource server's own scopes, those that
 * are registered and not disabled. A token whose `aud` names other resources only is refused; one whose issuer tells no
 * `aud` is not, as its scopes are the resource server's own.
 */
export function introspectedTokens(options: IntrospectedTokensOptions): TokenCheckerFactory {
  const { connection, cacheSeconds = 10, maxCached = 10_000, timeoutMs = 5_000 } = options;
  const outage = createRegistryOutage(RETRY_SECONDS * 1_000);

  async function check(token: string, audience: readonly string[]): Promise<CheckedToken> {
    const answer = await ask(token);
    if (!answer.active) throw new TokenRefusedError("The token is not active: get a new one");
    if (answer.aud.length > 0 && !answer.aud.some((name) => audience.includes(name))) {
      throw new TokenRefusedError("The token is meant for another resource: ask for one with this resource (RFC 8707)");
    }
    const accessToken = readIntrospectedToken(answer);
    const { expiresAt = Number.POSITIVE_INFINITY } = accessToken;
    return {
      accessToken,
      binding: readIntrospectedBinding(answer),
      validUntil: Math.min(Date.now() + cacheSeconds * 1_000, expiresAt * 1_000),
    };
  }

  async function ask(token: string): Promise<IntrospectResponse> {
    const request = { token, tokenTypeHint: "access_token" };
    try {
      return await outage.call(() => connection.registry.introspect(request, { timeoutMs }));
    } catch (error) {
      throw isPassing(error) ? unchecked(error) : error;
    }
  }

  return (resource) => {
    const audience = [options.audience ?? resource].flat();
    const tokens = createCheckedTokens({
      check: (token) => check(token, audience),
      maxUnknown: MAX_UNKNOWN,
      maxRemembered: maxCached,
      refusedForMs: Math.min(cacheSeconds, MAX_INACTIVE_SECONDS) * 1_000,
    });
    return { check: (token) => tokens.get(token) };
  };
}

/** Whether a failed call may succeed later. Any other failure, such as a missing permission, is the resource server's fault. */
function isPassing(error: unknown): boolean {
  const passing = [Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted, Code.Aborted, Code.Canceled];
  return error instanceof ConnectError && passing.includes(error.code);
}

function unchecked(cause: unknown): TokenUncheckedError {
  const retryAfterMs = refusalOf(cause)?.retryAfterMs ?? RETRY_SECONDS * 1_000;
  return new TokenUncheckedError("The scope registry cannot tell about the token at the moment: try again later", {
    retryAfterSeconds: Math.ceil(retryAfterMs / 1_000),
    cause,
  });
}
