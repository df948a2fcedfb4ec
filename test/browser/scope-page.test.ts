/** A scope's page in a browser: what it says, in which languages, and what strangers cannot do with it. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import type { Clients } from "../support/test-server.ts";
import {
  expectAccessible,
  type GovernedCatalogue,
  OPERATOR,
  startGovernedCatalogue,
  textsOf,
} from "./governed-catalogue.ts";

const MARKUP = "<script>globalThis.fired = true</script><img src=x onerror='globalThis.fired = true'>";
const STRANGE = "<img/src=x/onerror=fired>";
const LONG = `long:${"w".repeat(250)}`;
const RESOURCE = "https://billing.example.com/";
const text = (title: string, description = "") => ({ title, description });

await describeInBrowser("the page of a scope", (browser) => {
  let catalogue: GovernedCatalogue;
  let docs: Clients;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    const { server, operator } = catalogue;
    await operator.admin.setResourceServer({ resourceServer: { name: "at:docs-api", mode: 2 } });
    const { registry } = await server.as({ client: "billing-api", scopes: ["register"] });
    await registry.registerScopes({
      scopes: [
        {
          name: "invoices:read",
          description: "Read your invoices",
          resources: [RESOURCE],
          aliases: ["bills:read"],
          consentTexts: {
            en: text("See your invoices", "Amounts and dates"),
            de: text("Deine Rechnungen sehen"),
            ar: text("عرض فواتيرك"),
          },
        },
        { name: "invoices:write", description: "Change your invoices", consentTexts: { fr: text("Modifier") } },
        { name: "invoices:export", description: "Export", deprecated: true, replacedBy: "invoices:read" },
        { name: "invoices:old", description: "Old" },
        { name: "statements:read", description: "قراءة كشوف الحساب" },
        {
          name: "dataset:{id}:read",
          description: "Read one dataset",
          restricted: true,
          consentTexts: { en: text("Read dataset {id}") },
        },
        { name: "live:read", description: "Before" },
        { name: STRANGE, description: MARKUP, consentTexts: { en: text(MARKUP, MARKUP) } },
        { name: LONG, description: "x".repeat(1_000), consentTexts: { en: text("W".repeat(200), "y".repeat(1_000)) } },
      ],
    });
    await operator.admin.disableScopes({ names: ["invoices:old"] });
    docs = await server.as({ client: "docs-api", scopes: ["register", "registerDefault"] });
    const share = { name: "docs:share", description: "Share documents" };
    await docs.registry.registerScopes({
      scopes: [
        { ...share, restricted: true },
        { ...share, name: "docs:read" },
        { ...share, name: "docs:widen" },
        { ...share, name: "docs:anew", restricted: true },
        { ...share, name: "docs:never" },
      ],
    });
    await operator.admin.approveScopes({ names: ["docs:share", "docs:widen", "docs:anew"] });
    await docs.registry.registerScopes({
      scopes: [
        { ...share, restricted: false, resources: ["urn:docs"] },
        { ...share, name: "docs:widen", isDefault: true, aliases: ["docs:wide"] },
        { ...share, name: "docs:anew", restricted: false },
      ],
    });
    await operator.admin.refuseScopes({ names: ["docs:widen", "docs:anew", "docs:never"] });
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  const open = (name: string, hash = "") =>
    catalogue.open(browser, `/scopes/${encodeURIComponent(name)}${hash}`, undefined);
  const shown = async (page: Page) => [
    await page.locator(".consent-title").textContent(),
    await page.locator(".consent-item").getAttribute("lang"),
    await page.locator(".consent-item").getAttribute("dir"),
    await page.locator(".consent-why").textContent(),
  ];

  describe("says first", () => {
    it("that it is deprecated, and what to ask for in place of it", async () => {
      const page = await open("invoices:export");
      const standing = page.locator(".standing");
      await expect.poll(() => standing.textContent()).toContain("Deprecated.");
      await standing.getByRole("link", { name: "invoices:read" }).click();
      await page.getByRole("heading", { level: 1, name: "invoices:read" }).waitFor();
      await expect.poll(() => page.title()).toBe("invoices:read · Scope registry");
      expect(await standing.count()).toBe(0);
    });

    it("that an administrator has disabled it", async () => {
      const page = await open("invoices:old");
      await expect.poll(() => page.locator(".standing").textContent()).toContain("Disabled by an administrator.");
    });

    it("that it waits for review, and with what", async () => {
      const fresh = await open("docs:read");
      await expect.poll(() => fresh.locator(".standing").textContent()).toContain("Waits for review.");
      const changed = await open("docs:share");
      await changed.locator(".standing .field").first().waitFor();
      expect(await textsOf(changed, ".standing .field")).toEqual([
        "Restricted Yes → No",
        "Resources + Added: urn:docs",
      ]);
    });
  });

  describe("tells of a refusal", () => {
    const refused = (page: Page) => page.getByRole("region", { name: "Refused change" });

    it("what was proposed, to everybody, and nothing of who refused it", async () => {
      const page = await open("docs:widen");
      await refused(page).getByText("A change of it was refused.").waitFor();
      expect(await textsOf(page, ".standing .field")).toEqual(["Default No → Yes", "Aliases + Added: docs:wide"]);
      await page.getByRole("heading", { name: "History" }).waitFor();
      expect(await page.locator(".refusal").count()).toBe(0);
    });

    it.each([
      ["an administrator", OPERATOR],
      ["its owner", { client: "docs-api", scopes: ["register", "read"] }],
    ] as const)("who it was, when, and what can be done now, to %s", async (_who, caller) => {
      const page = await catalogue.open(browser, "/scopes/docs%3Awiden", caller);
      await expect
        .poll(() => textsOf(page, ".refusal p"))
        .toEqual([
          expect.stringMatching(/^Refused by at:operator, .+, at revision \d+\.$/),
          expect.stringMatching(
            /^As long as what its owner registers is reviewed, the same again proposes nothing, .+ opens at:docs-api/,
          ),
        ]);
      await refused(page)
        .getByRole("link", { name: /^revision/ })
        .click();
      await page.getByText("Scopes refused").waitFor();
    });

    it("to its end, when something else is proposed", async () => {
      const page = await catalogue.open(browser, "/scopes/docs%3Aanew", OPERATOR);
      await refused(page).waitFor();
      await docs.registry.registerScopes({ scopes: [{ name: "docs:anew", description: "Anew", isDefault: true }] });
      await page.getByText("A change of it waits for review.").waitFor();
      expect(await refused(page).count()).toBe(0);
    });

    it("of what was never valid, too: it is disabled by it", async () => {
      const page = await catalogue.open(browser, "/scopes/docs%3Anever", OPERATOR);
      await expect
        .poll(() => textsOf(page, ".standing .refusal p"))
        .toEqual([
          expect.stringMatching(/^It was refused in a review by at:operator, .+, at revision \d+\.$/),
          "Its owner can register texts of it only. An administrator can enable it, which approves it.",
        ]);
      const disabled = await catalogue.open(browser, "/scopes/invoices%3Aold", OPERATOR);
      await disabled.locator(".entry").first().waitFor();
      expect(await disabled.locator(".refusal").count()).toBe(0);
    });
  });

  describe("shows what users read", () => {
    it("in each language, and which of them are missing", async () => {
      const page = await open("invoices:read");
      await page.getByText("Missing", { exact: true }).waitFor();
      expect(await textsOf(page, ".language")).toEqual(["Arabic ar", "German de", "English en", "French fr Missing"]);
      expect(await shown(page)).toEqual(["See your invoices", "en", "ltr", ""]);
      await page.getByLabel("Arabic").check();
      expect(await shown(page)).toEqual(["عرض فواتيرك", "ar", "rtl", ""]);
      await page.getByLabel("French").check();
      expect(await shown(page)).toEqual([
        "See your invoices",
        "en",
        "ltr",
        "There is no text in French: English is shown in place of it.",
      ]);
    });

    it("in any other language that one names", async () => {
      const page = await open("invoices:read");
      const other = page.getByLabel("Another language");
      await other.fill("de-at");
      await expect
        .poll(() => shown(page))
        .toEqual([
          "Deine Rechnungen sehen",
          "de",
          "ltr",
          "There is no text in Austrian German: the one in German is shown.",
        ]);
      await other.fill("german!");
      await page.getByText("That is no language tag").waitFor();
      expect((await shown(page))[0]).toBe("Deine Rechnungen sehen");
    });

    it("of a family, with the values of an instance", async () => {
      const page = await open("dataset:{id}:read");
      await page.getByRole("textbox", { name: "{id}" }).fill("42");
      await expect.poll(() => page.locator(".consent-title").textContent()).toBe("Read dataset 42");
      await page.getByRole("tab", { name: "grpcurl" }).click();
      expect(await page.locator(".snippet pre").textContent()).toContain('"scope":"dataset:42:read"');
      await page.getByRole("textbox", { name: "{id}" }).fill("4:2");
      await page.getByText("These values make no name.").waitFor();
      expect(await page.locator(".snippet pre").textContent()).toContain('"scope":"dataset:example-id:read"');
    });
  });

  describe("gives to copy", () => {
    it("the name, and each line as it is run", async () => {
      const page = await open("invoices:read");
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const copied = () => page.evaluate("navigator.clipboard.readText()");
      await page.getByRole("button", { name: "Copy invoices:read" }).click();
      await page.getByText("Copied").waitFor();
      expect(await copied()).toBe("invoices:read");
      await page.getByRole("tab", { name: "grpcurl" }).click();
      await page.getByRole("button", { name: "Copy: Would it be granted?" }).click();
      await expect
        .poll(copied)
        .toBe(
          `grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d '{"scope":"invoices:read","resources":["${RESOURCE}"]}' \\\n` +
            `  ${catalogue.server.grpcAddress} scoperegistry.v1.ScopeRegistry/ValidateScopes`,
        );
      await page.getByRole("tab", { name: "OAuth request" }).click();
      await page
        .getByRole("button", { name: /^Copy: Authorization code/ })
        .first()
        .click();
      await expect.poll(copied).toContain("&scope=invoices%3Aread&resource=https%3A%2F%2Fbilling.example.com%2F&");
    });

    it("in the language that one has chosen before", async () => {
      const page = await open("invoices:read");
      const tab = (name: string) => page.getByRole("tab", { name, exact: true });
      await tab("OAuth request").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => tab("Python").getAttribute("aria-selected")).toBe("true");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Python");
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowLeft");
      await page.getByRole("tabpanel", { name: "curl" }).waitFor();
      await page.goto(`${catalogue.server.httpUrl}/scopes/invoices%3Awrite`);
      await page.getByRole("tabpanel", { name: "curl" }).waitFor();
      expect(await page.locator(".snippet pre").textContent()).toContain('"scope":"invoices:write"');
    });
  });

  describe("leads", () => {
    it("to each of its parts, from the address too", async () => {
      const page = await open("invoices:read");
      await page.getByRole("link", { name: "What users read" }).click();
      await expect.poll(() => page.url()).toMatch(/#consent$/);
      expect(await page.evaluate("document.activeElement.tagName")).not.toBe("H1");
      const linked = await open("invoices:read", "#consent");
      await expect
        .poll(() => linked.evaluate("document.querySelector('#consent')?.getBoundingClientRect().top ?? 999"))
        .toBeLessThan(120);
    });

    it("to names like one that no scope has", async () => {
      const page = await open("invoices:reed");
      await page.getByText("No scope has this name.").waitFor();
      await page.getByRole("link", { name: "invoices:read" }).click();
      await page.getByRole("heading", { level: 1, name: "invoices:read" }).waitFor();
    });

    it("from another name to the scope, and from an instance to its family", async () => {
      const alias = await open("bills:read");
      await expect.poll(() => alias.locator("main").textContent()).toContain("another name of invoices:read.");
      const instance = await open("dataset:7:read");
      await expect
        .poll(() => instance.locator("main").textContent())
        .toContain("an instance of the family dataset:{id}:read.");
    });
  });

  describe("changes", () => {
    it("under the eyes of who reads, and leaves the focus where it is", async () => {
      const page = await open("live:read");
      const description = page.locator(".scope-description");
      await description.getByText("Before").waitFor();
      await page.getByRole("tab", { name: "Go" }).click();
      await page.clock.install();
      const { registry } = await catalogue.server.as({ client: "billing-api", scopes: ["register"] });
      await registry.registerScopes({ scopes: [{ name: "live:read", description: "After" }] });
      await description.getByText("After").waitFor();
      await page.getByText("Changed just now").waitFor();
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Go");
      await page.clock.fastForward(6_000);
      await page.getByText("Changed just now").waitFor({ state: "hidden" });
    });

    it("from a name that nobody has to a scope", async () => {
      const page = await open("coming:soon");
      await page.getByText("No scope has this name.").waitFor();
      const { registry } = await catalogue.server.as({ client: "billing-api", scopes: ["register"] });
      await registry.registerScopes({ scopes: [{ name: "coming:soon", description: "Here it is" }] });
      await page.locator(".scope-description").getByText("Here it is").waitFor();
    });

    it("that came after the page was read, and before the feed began", async () => {
      const begin = Promise.withResolvers<void>();
      const page = await catalogue.open(browser, "/", undefined);
      await page.context().route("**/WatchScopes", async (route) => {
        await begin.promise;
        await route.continue();
      });
      await page.goto(`${catalogue.server.httpUrl}/scopes/coming%3Abetween`);
      await page.getByText("No scope has this name.").waitFor();
      const { registry } = await catalogue.server.as({ client: "billing-api", scopes: ["register"] });
      await registry.registerScopes({ scopes: [{ name: "coming:between", description: "In between" }] });
      begin.resolve();
      await page.locator(".scope-description").getByText("In between").waitFor();
    });
  });

  describe("is safe from what strangers register:", () => {
    it("markup is text", async () => {
      const page = await open(STRANGE);
      await expect.poll(() => page.locator(".scope-description").textContent()).toBe(MARKUP);
      expect(await page.locator("h1").textContent()).toBe(STRANGE);
      expect(await page.locator(".consent-description").textContent()).toBe(MARKUP);
      expect(await page.locator("main img, main script").count()).toBe(0);
      expect(await page.evaluate("globalThis.fired")).toBeUndefined();
    });

    it.each([1_280, 390])("the longest texts are no wider than a window of %i pixels", async (width) => {
      const path = `/scopes/${encodeURIComponent(LONG)}`;
      const page = await catalogue.open(browser, path, undefined, { width });
      await page.locator(".consent-title").waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    });

    it("a description from right to left is one by itself", async () => {
      const page = await open("statements:read");
      await page.locator(".scope-description").waitFor();
      const directionOf = (part: string) =>
        page.evaluate(`getComputedStyle(document.querySelector("${part}")).direction`);
      expect(await directionOf(".scope-description")).toBe("rtl");
      expect(await directionOf("main")).toBe("ltr");
    });
  });

  describe("is accessible", () => {
    it.each([
      ["invoices:read", 1_280, undefined],
      ["invoices:read", 390, OPERATOR],
      ["dataset:{id}:read", 1_280, undefined],
      ["docs:share", 390, undefined],
      ["docs:widen", 390, OPERATOR],
      ["nobody:knows", 1_280, undefined],
      [STRANGE, 1_280, undefined],
    ] as const)("with %s, %i pixels wide", async (name, width, caller) => {
      const path = `/scopes/${encodeURIComponent(name)}`;
      const page = await catalogue.open(browser, path, caller, { width });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator(".section, .stacked").first().waitFor();
      if (name === "docs:widen") await page.locator(".refusal").waitFor();
      await expectAccessible(page);
    });
  });
});
