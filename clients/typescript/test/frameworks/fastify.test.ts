import { createBillingApi } from "../../examples/fastify.ts";
import { describeGuardedApi } from "./http-guard-acceptance.ts";

describeGuardedApi("Fastify", async ({ issuer, connection, scopes }) => {
  const app = createBillingApi({ issuer: issuer.issuer, connection, scopes });
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), stop: () => app.close() };
});
