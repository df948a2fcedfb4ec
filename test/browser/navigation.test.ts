/** How one goes about the catalogue: where the focus is, how far down one was, and a server that is away. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { expectAccessible, type GovernedCatalogue, OPERATOR, startGovernedCatalogue } from "./governed-catalogue.ts";

await describeInBrowser("going about the catalogue", (browser) => {
  let catalogue: GovernedCatalogue;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    for (let at = 1; at <= 20; at++) {
      const { registry } = await catalogue.server.as({ client: `api-${at}`, scopes: ["register"] });
      await registry.registerScopes({ scopes: [{ name: `api${at}:read`, description: `Read what ${at} has` }] });
    }
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  const focused = (page: Page) =>
    page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.textContent");
  const scrolled = (page: Page) => page.evaluate<number>("scrollY");
  const slowly = (page: Page) =>
    page.route("**/ListScopes", (route) => setTimeout(() => route.continue().catch(() => undefined), 500));

  it("leads the focus to the heading of a scope, also where that comes late", async () => {
    const page = await catalogue.open(browser, "/", undefined);
    await slowly(page);
    await page.getByRole("link", { name: "api7:read" }).click();
    await expect.poll(() => focused(page)).toBe("H1 api7:read");
  });

  it("stays where it is by Esc, where nothing lies before", async () => {
    const page = await catalogue.open(browser, "/", undefined);
    await page.getByRole("link", { name: "api7:read" }).waitFor();
    const before = await page.evaluate("history.length");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate("history.length")).toBe(before);
  });

  it("chooses one of many owners in a window, and is led back to what opened it", async () => {
    const page = await catalogue.open(browser, "/", undefined);
    const all = page.getByRole("button", { name: /^All 2\d owners/ });
    const dialog = page.getByRole("dialog", { name: "Owners" });
    const focusedText = () => page.evaluate("document.activeElement.textContent");
    await all.click();
    await dialog.getByLabel("Search owners").fill("api-20");
    await dialog.getByRole("checkbox", { name: /^at:api-20/ }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.getAll("owner")).toEqual(["at:api-20"]);
    expect(await focusedText()).toMatch(/^All 2\d owners/);
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await focusedText()).toMatch(/^All 2\d owners/);
  });

  it("leaves the focus in the search, which is typed into on another page", async () => {
    const page = await catalogue.open(browser, "/resource-servers", undefined);
    await page.getByRole("link", { name: "at:api-7" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("api7");
    await page.getByRole("link", { name: "api7:read" }).waitFor();
    expect(await page.evaluate("document.activeElement.value")).toBe("api7");
  });

  it.each([
    ["/changes", ".entry .revision"],
    ["/resource-servers", "tbody a"],
    ["/scopes/api7%3Aread", ".facts a"],
  ])("goes back to where %s was left", async (path, link) => {
    const page = await catalogue.open(browser, path, OPERATOR);
    await page.setViewportSize({ width: 1_000, height: 400 });
    await page.locator(link).last().waitFor();
    await page.evaluate("scrollTo(0, 300)");
    await expect.poll(() => page.evaluate("history.state?.top")).toBe(300);
    // Without what a real click would scroll.
    await page.evaluate(`[...document.querySelectorAll("${link}")].at(-1).click()`);
    await expect.poll(() => page.url()).not.toBe(catalogue.server.httpUrl + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await scrolled(page)).toBe(0);
    await slowly(page);
    await page.goBack();
    await expect.poll(() => scrolled(page)).toBe(300);
    await page.reload();
    await expect.poll(() => scrolled(page)).toBe(300);
  });

  describe("a link to a part of a page", () => {
    const PATH = "/scopes/api8%3Aread";
    const answers = ["ListScopeUsages", "ListChanges"];
    const topOf = (page: Page, part: string) =>
      page.evaluate<number>(`document.querySelector("${part}").getBoundingClientRect().top`);
    beforeAll(async () => {
      const { registry } = await catalogue.server.as({ client: "api-8", scopes: ["register"] });
      for (let at = 1; at <= 6; at++) {
        await registry.registerScopes({ scopes: [{ name: "api8:read", description: `Read what 8 has, ${at}` }] });
      }
      for (let at = 1; at <= 20; at++) {
        await catalogue.operator.admin.grantScopes({ clientId: `client-${at}`, scopes: ["api8:read"] });
      }
    });

    /** Opens it with what comes late held back: each answer comes once it is let go. */
    async function openHeld(part: string) {
      const page = await catalogue.open(browser, "/sign-in", OPERATOR);
      await page.setViewportSize({ width: 1_000, height: 300 });
      // Not every browser holds what is in sight by itself.
      await page.addInitScript("document.documentElement.style.overflowAnchor = 'none'");
      const gates = new Map(answers.map((answer) => [answer, Promise.withResolvers<void>()]));
      for (const [answer, { promise }] of gates) {
        await page.route(`**/${answer}`, async (route) => {
          await promise;
          await route.continue();
        });
      }
      await page.goto(catalogue.server.httpUrl + PATH + part);
      await page.locator(part).waitFor();
      const letGo = async (answer: string, shown: string) => {
        gates.get(answer)?.resolve();
        await page.locator(shown).first().waitFor();
      };
      return { page, letGo };
    }

    it("leads there, though what stands above it comes later", async () => {
      const { page, letGo } = await openHeld("#history");
      await letGo("ListScopeUsages", "#use .facts");
      await letGo("ListChanges", "#history .entry");
      await expect.poll(() => topOf(page, "#history")).toBeLessThan(100);
      expect(await topOf(page, "#history")).toBeGreaterThanOrEqual(0);
    });

    const painted = (page: Page) =>
      page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    /** Drags the scroll bar, until nothing that is still being laid out takes the page elsewhere. */
    const drag = (page: Page, top: number) =>
      expect
        .poll(async () => {
          await page.evaluate(`scrollTo(0, ${top})`);
          await painted(page);
          return scrolled(page);
        })
        .toBe(top);

    it("holds nobody there who looks elsewhere", async () => {
      const { page, letGo } = await openHeld("#history");
      await drag(page, 40);
      await letGo("ListScopeUsages", "#use .facts");
      await letGo("ListChanges", "#history .entry");
      await painted(page);
      expect(await scrolled(page)).toBe(40);
    });

    it("leads back to where one has read on from there", async () => {
      const { page, letGo } = await openHeld("#history");
      await letGo("ListScopeUsages", "#use .facts");
      await letGo("ListChanges", "#history .entry");
      await drag(page, 40);
      await page.evaluate("document.querySelector('nav [href=\"/clients\"]').click()");
      await page.getByRole("heading", { level: 1, name: "Clients" }).waitFor();
      await page.goBack();
      await page.locator("#history .entry").first().waitFor();
      await expect.poll(() => scrolled(page)).toBe(40);
    });
  });

  it("says where a page is that cannot be read, and reads it once it can", async () => {
    const page = await catalogue.open(browser, "/", undefined);
    await page.route("**/ListScopes", (route) => route.abort());
    await page.getByRole("link", { name: "api7:read" }).click();
    await page.getByText("The registry does not answer").waitFor();
    await expect.poll(() => page.title()).toBe("api7:read · Scope registry");
    await expect.poll(() => focused(page)).toBe("H1 api7:read");
    await page.unroute("**/ListScopes");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Read what 7 has").first().waitFor();
  });

  it("reads by itself what it could not while the browser was offline", async () => {
    const page = await catalogue.open(browser, "/", undefined);
    await page.getByRole("link", { name: "api7:read" }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("Not live for").waitFor();
    await page.getByRole("link", { name: "api7:read" }).click();
    await page.getByText("The registry does not answer").waitFor();
    await page.context().setOffline(false);
    await page.getByText("Read what 7 has").first().waitFor();
  });

  it("says that the server does not answer where it tells nothing of itself, and goes on once it does", async () => {
    const page = await browser.newPage();
    await page.route("**/catalogue.json", (route) => route.fulfill({ status: 503 }));
    await page.goto(`${catalogue.server.httpUrl}/scopes/api7%3Aread`);
    await page.getByRole("alert").getByText("It is being restarted").waitFor();
    await expectAccessible(page);
    await page.unroute("**/catalogue.json");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: "api7:read" }).waitFor();
  });
});
