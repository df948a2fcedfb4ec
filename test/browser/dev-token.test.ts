/** The line of the banner that opens the catalogue as an operator, in a real browser. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { openSessionPage } from "./session-page.ts";

await describeInBrowser("the operator's link of dev mode", (browser) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it("signs in, and leaves no token in the URL or in the history", async () => {
    const [link = ""] = /http:\S+\/sign-in#token=\S+/.exec(server.banner) ?? [];
    const context = await browser.newContext();
    const page = await openSessionPage(context, link);
    expect(await page.evaluate("[location.href, session.signedIn, history.length]")).toEqual([
      `${server.httpUrl}/sign-in`,
      true,
      2,
    ]);
    expect(await page.evaluate("session.token()")).toBe(server.tokens["OPERATOR"]);
    expect(await page.evaluate('session.scopes.has("scope_registry.admin")')).toBe(true);
    await page.goto(`${server.httpUrl}/changes`);
    await page.goBack();
    expect(page.url()).toBe(`${server.httpUrl}/sign-in`);
    await context.close();
  });

  it("is of no use at another page", async () => {
    const context = await browser.newContext();
    const page = await openSessionPage(context, `${server.httpUrl}/scopes#token=${server.tokens["OPERATOR"]}`);
    expect(await page.evaluate("[location.href, session.signedIn]")).toEqual([`${server.httpUrl}/scopes`, false]);
    await context.close();
  });
});
