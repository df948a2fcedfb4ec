import type { Protocol } from "./protocols.ts";
import { type Clients, type TestServer, unique } from "./test-server.ts";

/** Those who take part in governing a registry: two resource servers, an administrator and an authorization server. */
export interface GovernanceParties {
  /** The name of a resource server. */
  readonly owner: string;
  readonly resourceServer: Clients;
  /** The name of another one. */
  readonly other: string;
  readonly otherServer: Clients;
  readonly operator: Clients;
  readonly authorizationServer: Clients["registry"];
  /** A client that no other test knows. */
  readonly clientId: string;
}

/** Parties that no other test knows, but for the operator and the authorization server. */
export async function governanceParties(server: TestServer, protocol?: Protocol): Promise<GovernanceParties> {
  const owner = unique("api");
  const other = unique("other-api");
  const { registry } = await server.as({ client: "auth-server", scopes: ["validate", "read"] }, protocol);
  return {
    owner,
    resourceServer: await server.as({ client: owner, scopes: ["register"] }, protocol),
    other,
    otherServer: await server.as({ client: other, scopes: ["register"] }, protocol),
    operator: await server.as({ client: "operator", scopes: ["admin"] }, protocol),
    authorizationServer: registry,
    clientId: unique("web-shop"),
  };
}
