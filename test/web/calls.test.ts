/** What the page's calls go by, with a server whose catalogue is open. */
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCalls } from "../../src/web/registry/calls.ts";
import type { CatalogueConfig } from "../../src/web/registry/catalogue-config.ts";
import { type CallerOptions, startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
let config: CatalogueConfig;
beforeAll(async () => {
  server = await startTestServer({ settings: { CATALOGUE: "open" } });
  config = (await (await fetch(`${server.httpUrl}/catalogue.json`)).json()) as CatalogueConfig;
});
afterAll(() => server.stop());

/** Of who has signed in with these scopes; undefined: nobody has. */
async function callsOf(scopes: CallerOptions["scopes"]) {
  const token = scopes && (await server.tokenFor({ scopes }));
  const names = new Set(scopes?.map((scope) => server.settings.scopeNames[scope]));
  return createCalls(config, { token: async () => token, scopes: names }, server.httpUrl);
}

describe("the calls of a page that anybody may read", () => {
  it.each([[undefined], [["admin"]], [["register"]], [["read"]]] as const)("read for %j", async (scopes) => {
    const { registry } = await callsOf(scopes);
    expect((await registry.listScopes({ pageSize: 1 })).scopes).toHaveLength(1);
  });

  it("govern with the token of who may, and without one are told that there is none", async () => {
    const allowed = await callsOf(["admin"]);
    expect((await allowed.admin.listResourceServers({})).resourceServers).toEqual([]);
    const { admin } = await callsOf(undefined);
    await expect(admin.listResourceServers({})).rejects.toMatchObject({ code: Code.Unauthenticated });
  });
});
