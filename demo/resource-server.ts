import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  connectScopeRegistry,
  createProtectedResource,
  jwtTokens,
  type RegisteredScopes,
  registerAtStartup,
} from "@scope-registry/client";
import { guardExpress } from "@scope-registry/client/express";
import express from "express";

/** What a resource server of the story is. */
export interface ResourceServerOptions {
  /** Its client identifier: the registry's owner of its scopes. */
  readonly name: string;
  /** The scope that its one route needs, and what that allows. */
  readonly scope: string;
  readonly description: string;
  /** Where the registry is, and a token to register with. */
  readonly registry: { readonly address: string; readonly token: string };
  /** The authorization server whose tokens it accepts. */
  readonly issuer: string;
}

/** A resource server: an API that lets nobody in before its scopes are registered. */
export interface ResourceServer extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly registered: RegisteredScopes;
  /** Disables its scope, whoever still uses it. Answers the revision. */
  disable(): Promise<number>;
}

/** Starts a resource server as a deployment does: it registers first, and serves then. */
export async function startResourceServer(options: ResourceServerOptions): Promise<ResourceServer> {
  const { scope, description, registry, issuer } = options;
  await using parts = new AsyncDisposableStack();
  const connection = parts.use(
    connectScopeRegistry({ address: registry.address, credentials: { token: registry.token } }),
  );
  // It has a port before it has a scope, as its URL is a part of what it answers with. No request is heard before.
  const server = createServer().listen(0, "127.0.0.1");
  parts.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const registered = await registerAtStartup({
    connection,
    scopes: [{ name: scope, description }],
    mode: "REPLACE",
  });
  const guard = guardExpress(
    createProtectedResource({
      resource: url,
      authorizationServers: [issuer],
      // All APIs of the story have one audience, so that it is the scopes which tell them apart.
      tokens: jwtTokens({ issuer, audience: issuer }),
      scopesSupported: registered.scopes,
    }),
  );
  const app = express();
  app.get(guard.metadataPath, guard.serveMetadata);
  app.get("/", guard.requireScopes(scope), (request, response) => {
    response.json({ api: options.name, client: guard.tokenOf(request).clientId });
  });
  server.on("request", app);

  const all = parts.move();
  return {
    name: options.name,
    url,
    registered,
    async disable() {
      const { revision } = await connection.admin.disableScopes({ names: [scope], force: true });
      return Number(revision);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
