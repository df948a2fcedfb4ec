import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectScopeRegistry } from "@scope-registry/client";
import { startApp } from "../../src/app.ts";
import { loadSettings } from "../../src/config/settings.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { type Connect, fillRegistry } from "./fill-registry.ts";

const TOKEN_SECONDS = 12 * 3_600;

/** A registry in dev mode, with the embedded store in a folder of its own, that holds the sample. */
export interface SampleRegistry extends AsyncDisposable {
  /** The HTTP port's URL. */
  readonly url: string;
  /** A token of somebody who may do everything. */
  readonly operatorToken: string;
  readonly connect: Connect;
}

/** Starts it. @param httpPort 0: any free one */
export async function openSampleRegistry(httpPort: number): Promise<SampleRegistry> {
  const dataDir = await mkdtemp(join(tmpdir(), "scope-registry-sample-"));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const settings = loadSettings(
    {
      SCOPE_REGISTRY_DEV: "true",
      SCOPE_REGISTRY_DATA_DIR: dataDir,
      SCOPE_REGISTRY_GRPC_ADDRESS: "127.0.0.1:0",
      SCOPE_REGISTRY_HTTP_ADDRESS: `127.0.0.1:${httpPort}`,
    },
    [],
  );
  const app = await startApp(settings, createLogger("silent"));
  parts.defer(() => app.close());
  const mint = async (clientId: string, scopes: readonly string[]) =>
    (await app.devIssuer?.mint({
      clientId,
      scope: scopes.join(" "),
      ttlSeconds: TOKEN_SECONDS,
      audience: settings.audience,
    })) ?? "";
  const connections = parts.use(new AsyncDisposableStack());
  const connect: Connect = async (clientId, ...scopes) => {
    const token = await mint(clientId, scopes);
    const connection = connectScopeRegistry({ address: `127.0.0.1:${app.grpcPort}`, credentials: { token } });
    connections.defer(() => connection.close());
    return connection;
  };
  await fillRegistry(connect);
  const operatorToken = await mint("operator", ["scope_registry.read", "scope_registry.admin"]);
  const opened = parts.move();
  return {
    url: `http://127.0.0.1:${app.httpPort}`,
    operatorToken,
    connect,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
