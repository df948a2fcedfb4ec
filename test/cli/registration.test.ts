import { connectScopeRegistry } from "@scope-registry/client";
import { expect, it } from "vitest";
import { EXIT } from "../../src/cli/exit-code.ts";
import { planRegistration } from "../../src/cli/registration.ts";
import { startTestServer } from "../support/test-server.ts";

it("refuses to do what was planned once the scopes have changed, and says to plan again", async () => {
  await using server = await startTestServer();
  const token = await server.tokenFor({ client: "billing-api", scopes: ["register", "read"] });
  await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
  const { plan, apply } = await planRegistration(connection, { scopes: [{ name: "a", description: "A" }] });
  expect(plan.isApplied).toBe(false);
  await connection.registry.registerScopes({ scopes: [{ name: "b", description: "B" }] });
  await expect(apply()).rejects.toMatchObject({
    exitCode: EXIT.conflict,
    message:
      "Nothing was done, as the scopes have changed since the plan was made: run apply again to see what it would do now",
  });
  expect((await connection.registry.listScopes({ names: ["a"] })).scopes).toEqual([]);
});
