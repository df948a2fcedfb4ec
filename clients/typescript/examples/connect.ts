/** Asks the registry, with a token that the connection gets from the authorization server and renews by itself. */
import { type ClientCredentials, connectScopeRegistry, refusalOf, type TlsOptions } from "@scope-registry/client";

/** Where the registry is, and as which client it is called. */
export interface Registry {
  /** `registry.example.com:50051` for example: TLS is spoken with any host that is not loopback. */
  readonly address: string;
  /** The authority of the registry's certificate, and the client's own certificate for mTLS. */
  readonly tls?: TlsOptions;
  /** Its `resource` is the registry's SCOPE_REGISTRY_AUDIENCE; some servers call it `audience`. */
  readonly client: ClientCredentials;
}

/** The names of all scopes that can be asked for, or why the registry does not tell. */
export async function listScopeNames({ address, tls, client }: Registry): Promise<string[] | string> {
  const connection = connectScopeRegistry({ address, tls, credentials: { clientCredentials: client } });
  try {
    const { scopes } = await connection.registry.listScopes({ pageSize: 1_000 });
    return scopes.map(({ name }) => name);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.reason === "SCOPE_MISSING") return refusal.message;
    throw error;
  } finally {
    await connection.close();
  }
}
