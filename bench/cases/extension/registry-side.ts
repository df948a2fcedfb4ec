import { create, toBinary } from "@bufbuild/protobuf";
import { IntrospectRequestSchema, RegisterScopesRequestSchema } from "@scope-registry/client/messages";
import { sumOfUsages } from "../../../test/support/process-usage.ts";
import { openHttpLoad, openLoad } from "../../load/load-generator.ts";
import { scopeName } from "../../registry/bench-scopes.ts";
import { startIssuer } from "../../registry/issuer-process.ts";
import { clientOf } from "../../registry/registry-client.ts";
import type { RegistryProcess } from "../../registry/registry-process.ts";
import {
  CONNECTIONS,
  grants,
  newScopeName,
  ownScopeName,
  REGISTRATIONS,
  SHOWN_TOKENS,
  type Side,
  TOKEN_SCOPES,
  tokenRequest,
} from "./side.ts";

/** The registry and a token issuer that follows it, as a side of the comparison. */
export async function openRegistrySide(registry: RegistryProcess, stack: AsyncDisposableStack): Promise<Side> {
  const issuer = stack.use(await startIssuer(registry));
  const names = TOKEN_SCOPES.map(scopeName);
  const issuing = tokenRequest(issuer.clientId, issuer.clientSecret, names.join(" "));
  const newApi = await registry.token("new-api", "scope_registry.register");
  const owner = await registry.token("api-0", "scope_registry.register", "scope_registry.introspect");
  const shown = await Promise.all(
    Array.from({ length: SHOWN_TOKENS }, (_, at) => registry.token(`shop-${at}`, ...names)),
  );
  // The issuer takes part in each of them: it learns of what is registered.
  const usage = async () => sumOfUsages(await registry.usage(), await issuer.usage());
  const open = (method: string, token: string, messages: readonly Uint8Array[]) => {
    const path = `/scoperegistry.v1.ScopeRegistry/${method}`;
    const headers = [{ authorization: `Bearer ${token}` }];
    const shape = { connections: CONNECTIONS, inFlight: 1 };
    return openLoad({ address: registry.grpcAddress, path, headers, messages, ...shape }, usage);
  };
  const client = await clientOf(registry, "new-api", "scope_registry.register");
  return {
    loads: {
      issue: () => {
        const bodies = [issuing.body];
        return openHttpLoad(
          { url: issuer.tokenUrl, headers: issuing.headers, bodies, connections: CONNECTIONS },
          usage,
        );
      },
      register: () => open("RegisterScopes", newApi, registrations(newScopeName)),
      update: () => open("RegisterScopes", owner, registrations(ownScopeName)),
      introspect: () => open("Introspect", owner, shown.map(introspection)),
    },
    async register(name) {
      await client.registerScopes({ scopes: [{ name, description: "New" }] });
    },
    isGranted: (name) => grants(issuer.tokenUrl, tokenRequest(issuer.clientId, issuer.clientSecret, name)),
  };
}

function registrations(name: (at: number) => string): readonly Uint8Array[] {
  return Array.from({ length: REGISTRATIONS }, (_, at) => {
    const scopes = [{ name: name(at), description: `Read, as of ${at}` }];
    return toBinary(RegisterScopesRequestSchema, create(RegisterScopesRequestSchema, { scopes }));
  });
}

function introspection(token: string): Uint8Array {
  return toBinary(IntrospectRequestSchema, create(IntrospectRequestSchema, { token }));
}
