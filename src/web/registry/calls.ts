/** The registry's own services, as the page calls them. */
import { type Client, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { RegistryAdmin, ScopeRegistry } from "@scope-registry/client/messages";
import type { Session } from "../sign-in/session.ts";
import type { CatalogueConfig } from "./catalogue-config.ts";

/** Clients of both services. */
export interface Calls {
  readonly registry: Client<typeof ScopeRegistry>;
  readonly admin: Client<typeof RegistryAdmin>;
}

/** Where the methods are that anybody may call, if the catalogue is open. */
const OPEN_PREFIX = "/catalogue";

/**
 * Makes the clients: `registry` to read, and `admin`.
 *
 * @param origin of the registry's HTTP port
 */
export function createCalls(
  config: Pick<CatalogueConfig, "access" | "scopes">,
  session: Pick<Session, "token" | "scopes">,
  origin: string,
): Calls {
  return {
    registry: createClient(ScopeRegistry, createRegistryTransport(config, readingToken(config, session), origin)),
    // Nobody governs without a token: that there is none is for the registry to say.
    admin: createClient(RegistryAdmin, createRegistryTransport({ access: "sign_in" }, session.token, origin)),
  };
}

/** The token to read with: none where anybody may read, and with the session's own one may not. */
export function readingToken(
  { access, scopes }: Pick<CatalogueConfig, "access" | "scopes">,
  session: Pick<Session, "token" | "scopes">,
): Session["token"] {
  return async () => {
    const token = await session.token();
    return access === "open" && !session.scopes.has(scopes.read) ? undefined : token;
  };
}

/** What calls go by: with a token; without one, and where anybody may read, at the open paths. */
export function createRegistryTransport(
  { access }: Pick<CatalogueConfig, "access">,
  token: Session["token"],
  origin: string,
): Transport {
  const withAccess: Interceptor = (next) => async (request) => {
    const bearer = await token();
    if (bearer !== undefined) request.header.set("authorization", `Bearer ${bearer}`);
    if (bearer !== undefined || access !== "open") return next(request);
    return next({ ...request, url: request.url.replace(origin, `${origin}${OPEN_PREFIX}`) });
  };
  return createConnectTransport({ baseUrl: origin, interceptors: [withAccess], useBinaryFormat: true });
}
