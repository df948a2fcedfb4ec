import type { KoaContextWithOIDC } from "oidc-provider";
import { parseScopeParameter, resourceProblem } from "../judging/index.ts";
import { OAuthRefusalError } from "./oauth-refusal-error.ts";
import { listed, replaceScope, scopeOf } from "./oauth-request.ts";

/**
 * Which clients may call the registry itself with tokens of this provider. It is for those that the registry needs before anybody
 * can grant something in it, the replica above all; further clients hold grants of the registry.
 */
export interface RegistryAccessOptions {
  /** The registry's audience, a URI: its clients name it as their only `resource` (RFC 8707 §2). */
  readonly audience: string;
  /** The registry's own scopes of each client, parted by spaces, by client id. Others need a grant of the registry. */
  readonly clients: Readonly<Record<string, string>>;
}

/** What the operator grants of the registry's own scopes, without the registry's judgement. */
export interface RegistryAccess {
  /** Whether a token request is for the registry alone, and on the client's own behalf (RFC 6749 §4.4). */
  isAskedFor(parameters: Readonly<Record<string, unknown>>): boolean;
  /**
   * The scopes of a token request for the registry, which are all of the client's if it names none. Undefined: this is no such
   * request, or not of a client that is named and authenticates itself; it is to be judged.
   *
   * @throws {OAuthRefusalError} invalid_scope, for a scope that is not the client's
   */
  grantedTo(ctx: KoaContextWithOIDC): readonly string[] | undefined;
  /** Whether some client has a scope by the configuration, so that nobody who registers its name may have it granted. */
  reserves(scope: string): boolean;
}

const NOBODY: RegistryAccess = { isAskedFor: () => false, grantedTo: () => undefined, reserves: () => false };

/**
 * Makes the access; without options it is nobody's.
 *
 * @throws {TypeError} if the audience is no URI, or a scope is one of the provider's own, which are not limited to a client
 */
export function createRegistryAccess(
  options: RegistryAccessOptions | undefined,
  own: ReadonlySet<string>,
): RegistryAccess {
  if (options === undefined) return NOBODY;
  const { audience } = options;
  const problem = resourceProblem(audience);
  if (problem !== undefined) throw new TypeError(`The registry's audience ${audience} cannot be asked for: ${problem}`);
  const scopesByClient = new Map(
    Object.entries(options.clients).map(([clientId, scope]) => [clientId, parseScopeParameter(scope)]),
  );
  const reserved = new Set([...scopesByClient.values()].flat());
  const taken = [...reserved].find((name) => own.has(name));
  if (taken !== undefined) {
    throw new TypeError(`Scope ${taken} is the registry's: take it out of the scopes and claims of the configuration`);
  }

  const isAskedFor: RegistryAccess["isAskedFor"] = ({ grant_type: grantType, resource }) => {
    const resources = listed(resource);
    return grantType === "client_credentials" && resources.length === 1 && resources[0] === audience;
  };
  return {
    isAskedFor,
    grantedTo(ctx) {
      const { route, params = {}, client } = ctx.oidc;
      if (route !== "token" || !isAskedFor(params)) return undefined;
      // Anybody can write the id of a client that need not authenticate itself.
      if (client === undefined || client.clientAuthMethod === "none") return undefined;
      const allowed = scopesByClient.get(client.clientId);
      if (allowed === undefined) return undefined;
      const requested = parseScopeParameter(scopeOf(ctx));
      const foreign = requested.find((name) => !allowed.includes(name));
      if (foreign !== undefined) {
        const description = `Client ${client.clientId} may not have scope ${foreign} at the registry`;
        throw new OAuthRefusalError("invalid_scope", description);
      }
      if (requested.length === 0) replaceScope(ctx, allowed);
      return requested.length === 0 ? allowed : requested;
    },
    reserves: (scope) => reserved.has(scope),
  };
}
