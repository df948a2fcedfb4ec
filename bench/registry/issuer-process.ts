import { type MeasuredProcess, startMeasuredProcess } from "../harness/measured-process.ts";
import type { RegistryProcess } from "./registry-process.ts";

/** A token issuer that follows a registry. */
export interface IssuerProcess extends MeasuredProcess {
  /** Of its token endpoint. */
  readonly tokenUrl: string;
  /** Its one client. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Starts a token issuer, and waits until it has the registry's scopes. */
export async function startIssuer(registry: RegistryProcess): Promise<IssuerProcess> {
  const clientId = "web-shop";
  const clientSecret = "only-for-benchmarks";
  const issuer = startMeasuredProcess({
    file: "bench/registry/issuer-server.ts",
    env: {
      REGISTRY_ADDRESS: registry.grpcAddress,
      REGISTRY_TOKEN: await registry.token("issuer", "scope_registry.read", "scope_registry.validate"),
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
    },
  });
  const [, origin = ""] = await issuer.printed(/listening on (\S+)/);
  return { ...issuer, tokenUrl: `${origin}/token`, clientId, clientSecret };
}
