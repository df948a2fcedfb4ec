import { clientConnection, issuerOfTokens } from "./client-connection.ts";
import { stringLiteral } from "./quoting.ts";
import type { AskedScope, Snippet, Surroundings } from "./snippet.ts";

/** `@scope-registry/client`: a guard in the API, and the judging in the token issuer. */
export function typescriptSnippet(scope: AskedScope, around: Surroundings): Snippet {
  return {
    id: "typescript",
    title: "TypeScript",
    blocks: [
      { caption: "In the API that it guards", note: "npm install @scope-registry/client", text: guard(scope, around) },
      { caption: "In the token issuer", note: "", text: replica(scope, around) },
    ],
  };
}

function guard({ name, resources: [resource] }: AskedScope, around: Surroundings): string {
  const issuer = stringLiteral(issuerOfTokens(around));
  return `import { createProtectedResource, jwtTokens } from "@scope-registry/client";
import { guardExpress } from "@scope-registry/client/express";
import express from "express";

const guard = guardExpress(
  createProtectedResource({
    resource: ${stringLiteral(resource ?? "https://api.example.com/")},
    authorizationServers: [${issuer}],
    tokens: jwtTokens({ issuer: ${issuer} }),
    scopesSupported: [${stringLiteral(name)}],
  }),
);
const app = express();
app.get(guard.metadataPath, guard.serveMetadata);
app.get("/", guard.requireScopes(${stringLiteral(name)}), (_request, response) => {
  response.json({ allowed: true });
});`;
}

function replica({ name, resources }: AskedScope, around: Surroundings): string {
  const { address, sayPlaintext } = clientConnection(around);
  const asked = resources.length === 0 ? "" : `\n  resources: [${resources.map(stringLiteral).join(", ")}],`;
  return `import { connectScopeRegistry, createScopeReplica } from "@scope-registry/client";

const connection = connectScopeRegistry({
  address: ${stringLiteral(address)},${sayPlaintext ? "\n  tls: false," : ""}
  credentials: { tokenFile: "/var/run/secrets/registry-token" },
});
const replica = createScopeReplica({ connection });
await replica.ready;
const judgement = replica.judge({
  clientId: "CLIENT_ID",
  scope: ${stringLiteral(name)},${asked}
});
if (!judgement.valid) throw new Error(judgement.errorDescription);`;
}
