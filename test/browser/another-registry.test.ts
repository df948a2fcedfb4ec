/** A registry that is started again while its catalogue is looked at. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { freePort } from "../support/free-port.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { PREFIX } from "./governed-catalogue.ts";

await describeInBrowser("the catalogue of a registry that is started again with nothing of what it knew", (browser) => {
  let server: TestServer;
  let page: Page;
  let port: number;
  const start = async (name: string) => {
    server = await startTestServer({
      dev: true,
      issuer: { owner_prefix: PREFIX },
      settings: { HTTP_ADDRESS: `127.0.0.1:${port}` },
    });
    const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
    return registry.registerScopes({ scopes: [{ name, description: `As ${name}` }] });
  };
  beforeEach(async () => {
    port = await freePort();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
  });
  afterEach(async () => {
    await page.close();
    await server.stop();
  });
  afterAll(() => browser.close());

  it("shows what there is now, though it is as much and at the same revision as before", async () => {
    const before = await start("before:read");
    await page.goto(server.httpUrl);
    await page.getByRole("link", { name: "before:read" }).waitFor();
    await server.stop();
    expect((await start("after:read")).revision).toBe(before.revision);
    await page.getByRole("link", { name: "after:read" }).waitFor();
    expect(await page.getByRole("link", { name: "before:read" }).count()).toBe(0);
  });

  it("finds the scope gone that one looks at", async () => {
    await start("before:read");
    await page.goto(`${server.httpUrl}/scopes/before%3Aread`);
    await page.getByText("As before:read").first().waitFor();
    await server.stop();
    await start("after:read");
    await page.getByText("No scope has this name").waitFor();
  });
});
