/** Signing in by the catalogue's own pages, as people do. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { AUDIENCE } from "../support/sign-in-issuer.ts";
import { type SignInParties, startSignInParties } from "../support/sign-in-parties.ts";

await describeInBrowser("the catalogue where one has to sign in", (browser) => {
  let parties: SignInParties;
  beforeAll(async () => {
    parties = await startSignInParties();
    const { registry } = await parties.server.as({
      client: "billing-api",
      scopes: ["register"],
      claims: { aud: AUDIENCE },
    });
    await registry.registerScopes({ scopes: [{ name: "invoices:read", description: "Read your invoices" }] });
  });
  afterEach(() => parties.issuer.withheld.clear());
  afterAll(async () => {
    await browser.close();
    await parties[Symbol.asyncDispose]();
  });

  /** By the page's head, agreeing to all that the issuer asks. */
  async function signIn(page: Page): Promise<void> {
    await page.getByRole("navigation").getByRole("button", { name: "Sign in" }).click();
    for (const _page of ["login", "consent"]) {
      await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name: "Yes" }).click()]);
    }
  }

  it("shows a page to who has signed in, and again nothing to who has signed out", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(`${parties.url}/changes`);
    await signIn(page);
    await page.waitForURL(`${parties.url}/changes`);
    await page.getByText("invoices:read").first().waitFor();
    // An answer that was taken in before is no sign-in that has failed.
    await page.goto(`${parties.url}/sign-in/callback?code=x&state=y`);
    await page.waitForURL(`${parties.url}/`);
    await Promise.all([
      page.waitForURL(`${parties.issuer.issuer}/session/end?**`),
      page.getByRole("button", { name: "Sign out" }).click(),
    ]);
    await page.getByRole("button", { name: "Yes" }).click();
    await page.waitForURL(`${parties.url}/`);
    await page.goto(`${parties.url}/changes`);
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).waitFor();
    expect(await page.getByText("invoices:read").count()).toBe(0);
    expect(problems).toEqual([]);
    await context.close();
  });

  it("lets who was given less than was asked for read, and does not offer the rest", async () => {
    parties.issuer.withheld.add("scope_registry.admin");
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(parties.url);
    await signIn(page);
    await page.getByText("invoices:read").first().waitFor();
    await page.getByRole("link", { name: "Changes" }).click();
    await page.getByText("Your sign-in does not have it").waitFor();
    await context.close();
  });

  it.each(["", "scopes/invoices%3Aread", "reviews"])(
    "names the scope that who may not read needs, at /%s",
    async (path) => {
      parties.issuer.withheld.add("scope_registry.read").add("scope_registry.admin");
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${parties.url}/${path}`);
      await signIn(page);
      const main = page.getByRole("main");
      await main.getByText("The issuer has not given you scope_registry.read: ask who runs the registry.").waitFor();
      expect(await main.getByRole("button").allInnerTexts()).toEqual(["Sign out"]);
      await page.getByText("May not read").waitFor();
      expect(await page.getByText("Read your invoices").count()).toBe(0);
      expect(await page.getByText(/Not signed in|has expired/).count()).toBe(0);
      await context.close();
    },
  );

  it("leads back to the part of a page that one was sent to", async () => {
    const context = await browser.newContext({ viewport: { width: 1_000, height: 300 } });
    const page = await context.newPage();
    const sent = `${parties.url}/scopes/invoices%3Aread#history`;
    await page.goto(sent);
    await signIn(page);
    await page.locator("#history").waitFor();
    expect(page.url()).toBe(sent);
    await expect
      .poll(() => page.evaluate<number>("document.querySelector('#history').getBoundingClientRect().top"))
      .toBeLessThan(200);
    await context.close();
  });

  it("says what went wrong on the way back, and offers to try again", async () => {
    const page = await browser.newPage();
    await page.goto(`${parties.url}/sign-in/callback?code=x&state=y`);
    await page.getByRole("alert").getByText("This sign-in was not begun in this tab: sign in again.").waitFor();
    expect(await page.getByRole("main").getByRole("button", { name: "Sign in" }).count()).toBe(1);
    await page.close();
  });
});
