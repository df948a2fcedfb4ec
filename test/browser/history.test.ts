/** The history in a browser: from what to what, narrowed by the URL, and what is added while one reads. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import {
  expectAccessible,
  type GovernedCatalogue,
  OPERATOR,
  PREFIX,
  startGovernedCatalogue,
  textsOf,
} from "./governed-catalogue.ts";

const MARKUP = '<img src=x onerror="globalThis.fired = true"><b>bold</b>';
const STRANGER = "<script>globalThis.fired=true</script>";

await describeInBrowser("the history of the catalogue", (browser: Browser) => {
  let catalogue: GovernedCatalogue;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    const { server, operator } = catalogue;
    const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
    const scope = { name: "invoices:read", description: "Read your invoices", resources: ["https://a.example/"] };
    await registry.registerScopes({ scopes: [scope] });
    await registry.registerScopes({
      scopes: [
        { ...scope, description: "Read all your invoices", resources: ["https://b.example/"], restricted: true },
      ],
    });
    const stranger = await server.as({ client: STRANGER, scopes: ["register"] });
    await stranger.registry.registerScopes({ scopes: [{ name: "strange:scope", description: MARKUP }] });
    await operator.admin.grantScopes({ clientId: "web-shop", scopes: ["invoices:read"] });
    const bulk = await server.as({ client: "bulk-api", scopes: ["register"] });
    const many = Array.from({ length: 3_000 }, (_, at) => ({ name: `bulk:${at}:read`, description: `Read ${at}` }));
    await bulk.registry.registerScopes({ scopes: many });
  });
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  it("tells of each field what was and what is, word by word", async () => {
    const page = await catalogue.open(browser, "/changes?scope=invoices%3Aread", OPERATOR);
    const entry = page.locator(".entry").first();
    await entry.waitFor();
    expect(await textsOf(page, ".entry:first-child .field dt")).toEqual(["Description", "Restricted", "Resources"]);
    expect(await entry.locator(".line-gone .written").textContent()).toBe("Read your invoices");
    expect(await entry.locator(".line-added .written").textContent()).toBe("Read all your invoices");
    expect(await entry.locator(".written ins").allInnerTexts()).toEqual(["all "]);
    expect(await entry.locator(".written del").count()).toBe(0);
    expect(await textsOf(page, ".entry:first-child li.line")).toEqual([
      "− Removed: https://a.example/",
      "+ Added: https://b.example/",
    ]);
    expect(await textsOf(page, ".entry .entry-title")).toEqual([
      expect.stringMatching(/^r \d+ Scopes registered$/),
      expect.stringMatching(/^r \d+ Scopes registered$/),
    ]);
  });

  it("stands in the URL as far as it is narrowed, and is cleared again", async () => {
    const page = await catalogue.open(browser, "/changes", OPERATOR);
    await page.getByRole("textbox", { name: "Client" }).fill("web-shop");
    await page.keyboard.press("Enter");
    await expect.poll(() => textsOf(page, ".entry-title")).toEqual([expect.stringMatching(/Scopes granted$/)]);
    expect(new URL(page.url()).search).toBe("?client=web-shop");
    await page.getByLabel("What").selectOption("Grants revoked");
    await page.getByText("Nothing like this has changed").waitFor();
    expect(new URL(page.url()).search).toBe("?client=web-shop&kind=revocation");
    await page.goBack();
    await expect.poll(() => textsOf(page, ".entry-title")).toHaveLength(1);
    expect(await page.getByLabel("What").inputValue()).toBe("");
    await page.getByRole("button", { name: "Clear client" }).click();
    await expect.poll(() => page.locator(".entry").count()).toBeGreaterThan(4);
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/changes");
  });

  it("shows a few of many, and all of them in pages", async () => {
    const page = await catalogue.open(browser, "/changes?actor=at%3Abulk-api", OPERATOR);
    await expect.poll(() => page.locator(".thing").count()).toBe(3);
    await page.getByRole("button", { name: /^Show all 3.001$/ }).click();
    expect(await page.locator(".thing").count()).toBe(100);
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByText(/101 to 200 of 3.001/).waitFor();
    expect(await page.locator(".thing").count()).toBe(100);
  });

  it("shows what people have written as text", async () => {
    const page = await catalogue.open(browser, "/changes?scope=strange%3Ascope", OPERATOR);
    await page.locator(".entry").waitFor();
    expect(await page.locator(".entry dd").textContent()).toBe(MARKUP);
    expect(await page.locator(".parties").textContent()).toBe(`by ${PREFIX}${STRANGER}`);
    expect(await page.evaluate("globalThis.fired")).toBeUndefined();
    expect(await page.locator("main img, main b, main script").count()).toBe(0);
  });

  it("says that something has been added, and moves nothing until it is asked to", async () => {
    const page = await catalogue.open(browser, "/changes", OPERATOR);
    const first = page.locator(".entry").first();
    await first.waitFor();
    const read = await first.locator(".entry-title").textContent();
    const place = await first.boundingBox();
    await catalogue.operator.admin.grantScopes({ clientId: "late-shop", scopes: ["invoices:read"] });
    const added = page.getByRole("button", { name: "1 new change" });
    await added.waitFor();
    expect(await first.locator(".entry-title").textContent()).toBe(read);
    expect(await first.boundingBox()).toEqual(place);
    await added.click();
    await page.locator(".entry").first().getByText("late-shop").waitFor();
    expect(await page.evaluate("document.activeElement.closest('.entry') === document.querySelector('.entry')")).toBe(
      true,
    );
    expect(await added.count()).toBe(0);
  });

  it("leads from a revision to the one before it and the one after it, by the keyboard", async () => {
    const { entries } = await catalogue.operator.admin.listChanges({ scope: "invoices:read" });
    const revision = Number(entries[0]?.revision);
    const page = await catalogue.open(browser, `/changes/${revision}`, OPERATOR);
    await page.getByText("Read all your invoices").waitFor();
    await page.getByRole("link", { name: "Previous" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: `Revision ${revision - 1}` }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/changes/${revision - 1}`);
    await page.getByText("https://a.example/").first().waitFor();
    await page.goto(page.url().replace(/\d+$/, "999999"));
    await page.getByText("There is no such revision").waitFor();
  });

  it("says to who has not signed in which scope it takes, and shows owners their own", async () => {
    const page = await catalogue.open(browser, "/changes", undefined);
    await page.getByText("scope_registry.admin", { exact: true }).waitFor();
    expect(await page.locator(".filters, .entry").count()).toBe(0);
    const own = await catalogue.open(browser, "/changes", { client: "billing-api", scopes: ["register", "read"] });
    await own.locator(".entry").first().waitFor();
    expect(new Set(await textsOf(own, ".thing-head a"))).toEqual(
      new Set(["invoices:read", "at:billing-api", "web-shop", "late-shop"]),
    );
  });

  it.each([
    ["/changes", 1280],
    ["/changes", 390],
    ["/changes/3", 1280],
    ["/changes/3", 390],
  ])("has nothing at %s that axe finds fault with at %i pixels", async (path, width) => {
    const page = await catalogue.open(browser, path, OPERATOR, { width });
    await page.locator(".thing").first().waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
