import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type DevIssuer, openDevIssuer } from "../../src/auth/dev-issuer.ts";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { openSqliteLog } from "../../src/store/sqlite/sqlite-log.ts";
import { type MeasuredProcess, startMeasuredProcess } from "../harness/measured-process.ts";
import { benchEntries } from "./bench-scopes.ts";

const TOKEN_SECONDS = 3_600;

/** A registry that runs. */
export interface RegistryProcess extends MeasuredProcess {
  /** `127.0.0.1:50051`. */
  readonly grpcAddress: string;
  /** `http://127.0.0.1:8080`. */
  readonly httpUrl: string;
  /** The issuer that it trusts. */
  readonly issuer: DevIssuer;
  /** Makes a token that it trusts. */
  token(clientId: string, ...scopes: readonly string[]): Promise<string>;
}

/** What registry to start. */
export interface RegistryProcessOptions {
  /** Its data folder. */
  readonly folder: string;
  /** Undefined: the embedded store. */
  readonly mongodbUri?: string | undefined;
  /** `warn`, as everything is measured with unless said otherwise: `info` writes a line for each call. */
  readonly logLevel?: "warn" | "info";
  readonly args?: readonly string[];
}

/** Starts the registry as users do, in dev mode on free ports, and waits until it serves. */
export async function startRegistry({
  folder,
  mongodbUri,
  logLevel = "warn",
  args = [],
}: RegistryProcessOptions): Promise<RegistryProcess> {
  const registry = startMeasuredProcess({
    file: "src/main.js",
    args: [
      ...["--dev", "--data-dir", folder, "--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"],
      ...["--log-level", logLevel, ...args],
    ],
    env: mongodbUri === undefined ? {} : { SCOPE_REGISTRY_MONGODB_URI: mongodbUri },
  });
  const [, grpcAddress = ""] = await registry.printed(/gRPC +(\S+)/);
  const [, httpUrl = ""] = await registry.printed(/HTTP +(\S+)/);
  const issuer = await openDevIssuer(folder);
  return {
    ...registry,
    grpcAddress,
    httpUrl,
    issuer,
    token: (clientId, ...scopes) =>
      issuer.mint({ clientId, scope: scopes.join(" "), ttlSeconds: TOKEN_SECONDS, audience: "scope-registry" }),
  };
}

/** Puts so many scopes into a store that is empty, as registrations would. */
export async function seedStore(
  { folder, mongodbUri }: Pick<RegistryProcessOptions, "folder" | "mongodbUri">,
  scopes: number,
  progress: (text: string) => void,
): Promise<void> {
  const log = await openStore(folder, mongodbUri);
  let stored = 0;
  try {
    for (const entry of benchEntries(scopes)) {
      await log.commit([entry]);
      stored += entry.changes.filter(({ kind }) => kind === "scope").length;
      progress(`storing scopes: ${stored.toLocaleString("en")} of ${scopes.toLocaleString("en")}`);
    }
  } finally {
    await log.close();
  }
}

/** A registry with so many scopes in the embedded store, in a folder of its own. */
export async function startSeededRegistry(
  folder: string,
  scopes: number,
  progress: (text: string) => void,
  options: Omit<RegistryProcessOptions, "folder"> = {},
): Promise<RegistryProcess> {
  const own = await mkdtemp(join(folder, "registry-"));
  await seedStore({ folder: own }, scopes, progress);
  return startRegistry({ ...options, folder: own });
}

function openStore(folder: string, mongodbUri: string | undefined): Promise<ScopeLog> {
  return mongodbUri === undefined ? openSqliteLog({ directory: folder }) : openMongodbLog({ uri: mongodbUri });
}
