import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startTestServer } from "../../../../test/support/test-server.ts";
import { decide, followScopes } from "../../examples/replica.ts";
import { connectScopeRegistry } from "../../src/index.ts";
import { readerOf } from "./following.ts";

it("the example of a token issuer judges by its replica, also when the registry is gone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-issuer-"));
  const server = await startTestServer();
  const { address, token } = await readerOf(server);
  await using connection = connectScopeRegistry({ address, credentials: { token } });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  await using replica = await followScopes({ connection, snapshotFile: join(folder, "scopes"), log });
  const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
  const resources = ["https://billing.example.com/"];
  await registry.registerScopes({ scopes: [{ name: "invoices:read", description: "Read invoices", resources }] });
  await expect.poll(() => lines.at(-1)).toMatch(/^Revision 2: invoices:read$/);
  await server.stop();

  const ask = (scope: string) => decide(replica, { client_id: "web-shop", scope });
  expect(ask("invoices:read")).toEqual({ scope: "invoices:read", aud: resources });
  expect(ask("invoices:write")).toEqual({
    error: "invalid_scope",
    error_description: "Scope invoices:write is not registered",
  });
  await expect.poll(() => lines.at(-1)).toMatch(/^The registry cannot be followed: .*; next try in \d+ ms$/);
  await rm(folder, { recursive: true, force: true });
});
