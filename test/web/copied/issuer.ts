/** What the catalogue gives to copy for a token issuer in TypeScript. */
import { connectScopeRegistry, createScopeReplica } from "@scope-registry/client";

const connection = connectScopeRegistry({
  address: "registry.example.com:50051",
  tls: false,
  credentials: { tokenFile: "/var/run/secrets/registry-token" },
});
const replica = createScopeReplica({ connection });
await replica.ready;
const judgement = replica.judge({
  clientId: "CLIENT_ID",
  scope: "invoices:read",
  resources: ["https://billing.example.com/"],
});
if (!judgement.valid) throw new Error(judgement.errorDescription);
