/** What the catalogue gives to copy for an API in TypeScript. */
import { createProtectedResource, jwtTokens } from "@scope-registry/client";
import { guardExpress } from "@scope-registry/client/express";
import express from "express";

const guard = guardExpress(
  createProtectedResource({
    resource: "https://billing.example.com/",
    authorizationServers: ["https://login.example.com"],
    tokens: jwtTokens({ issuer: "https://login.example.com" }),
    scopesSupported: ["invoices:read"],
  }),
);
const app = express();
app.get(guard.metadataPath, guard.serveMetadata);
app.get("/", guard.requireScopes("invoices:read"), (_request, response) => {
  response.json({ allowed: true });
});
