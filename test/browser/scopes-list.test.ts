/** The list of scopes in a real browser: searched, narrowed, live, by keyboard, and with 100,000 scopes. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { expectAccessible } from "./governed-catalogue.ts";

const MARKUP = '<img src=x onerror="globalThis.ran = true"><b>Read</b>';

async function register(server: TestServer, client: string, scopes: readonly Record<string, unknown>[]) {
  const { registry } = await server.as({ client, scopes: ["register", "registerDefault"] });
  await registry.registerScopes({ scopes: scopes.map((scope) => ({ description: "A scope", ...scope })) as never });
}

async function startCatalogue(): Promise<TestServer> {
  const server = await startTestServer({ settings: { CATALOGUE: "open" } });
  await register(server, "billing-api", [
    { name: "invoices:read", description: "Read your invoices", isDefault: true },
    { name: "invoices:write", description: "Change invoices", deprecated: true, replacedBy: "invoices:manage" },
    { name: "invoices:manage", description: "Everything with invoices", restricted: true },
  ]);
  await register(server, "docs-api", [
    { name: "docs:read", description: MARKUP },
    { name: "docs:write", description: "Écrire des documents", resources: ["https://docs.example.com/"] },
    { name: "docs:{id}:read", description: "قراءة المستندات" },
  ]);
  return server;
}

/** Counts the most rows that the page is given at once by its worker. */
const COUNT_ROWS = `
  globalThis.mostRows = 0;
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (type, hear) {
    listen.call(this, type, (event) => {
      mostRows = Math.max(mostRows, event.data?.answer?.rows?.length ?? 0);
      hear(event);
    });
  };
`;

/**
 * After a change the page hears how the feed is just before it hears the next list, with nothing painted in between: it has drawn the
 * one, and effects of that are left over when the other comes.
 */
const LIST_BEFORE_PAINT = `
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (type, hear) {
    let hasChanged = false;
    let held;
    listen.call(this, type, async (event) => {
      const { type: said, answer } = event.data ?? {};
      if (said === "change") hasChanged = true;
      if (said === "status" && hasChanged) {
        held = event;
        return;
      }
      if (answer?.rows && held) {
        hear(held);
        held = undefined;
        hasChanged = false;
        for (let microtask = 0; microtask < 10; microtask++) await undefined;
      }
      hear(event);
    });
  };
`;

/** The names in the rows that are drawn. */
const names = (page: Page) => page.locator("tbody tr[data-index] .scope-link");
const row = (page: Page, name: string) => page.locator("tr", { has: page.locator(`.scope-link[title="${name}"]`) });

await describeInBrowser("the list of scopes", (browser) => {
  let server: TestServer;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];

  async function open(path: string, origin = server.httpUrl): Promise<void> {
    await page.goto(origin + path);
    await page.locator(".feed-live").waitFor();
  }

  beforeAll(async () => {
    server = await startCatalogue();
  });
  afterAll(async () => {
    await server.stop();
    await browser.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on("pageerror", ({ message }) => problems.push(message));
    problems.length = 0;
  });
  afterEach(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });

  it("finds as one types, the best first, and keeps the words in the URL", async () => {
    await open("/");
    await page.keyboard.press("/");
    await page.keyboard.type("READ inv");
    await page.getByText(/^1 of \d+ scopes · best match first$/).waitFor();
    expect(await names(page).allTextContents()).toEqual(["invoices:read"]);
    expect(new URL(page.url()).searchParams.get("q")).toBe("READ inv");
    await page.getByRole("searchbox", { name: "Search scopes" }).fill("ecrire");
    await expect.poll(() => names(page).allTextContents()).toEqual(["docs:write"]);
  });

  it("shows a scope's marks by word, and what is no markup as text", async () => {
    await open("/scopes?owner=billing-api&owner=docs-api");
    await expect.poll(() => names(page).count()).toBe(6);
    expect(await row(page, "invoices:write").textContent()).toMatch(
      /Deprecated[\s\S]*replaced by[\s\S]*invoices:manage/,
    );
    expect(await row(page, "invoices:read").textContent()).toContain("default");
    expect(await row(page, "invoices:manage").textContent()).toContain("restricted");
    expect(await row(page, "docs:{id}:read").textContent()).toContain("family");
    expect(await row(page, "docs:read").textContent()).toContain(MARKUP);
    expect(await page.evaluate("globalThis.ran")).toBeUndefined();
  });

  it("is narrowed step by step: in the URL, back and forward, and without a filter again", async () => {
    await open("/");
    await page.getByRole("checkbox", { name: /^docs-api/ }).check();
    await page.getByText(/^3 of/).waitFor();
    await page.getByRole("checkbox", { name: /docs\.example\.com/ }).check();
    await page.getByText(/^1 of/).waitFor();
    expect(new URL(page.url()).search).toBe("?owner=docs-api&resource=https%3A%2F%2Fdocs.example.com%2F");
    await page.goBack();
    await page.getByText(/^3 of/).waitFor();
    await page.goForward();
    await page.getByText(/^1 of/).waitFor();
    await page.getByRole("button", { name: "Remove filter: Owner docs-api" }).click();
    await expect.poll(() => new URL(page.url()).search).toBe("?resource=https%3A%2F%2Fdocs.example.com%2F");
  });

  it("says what to take away where nothing is found", async () => {
    await open("/scopes?q=invoices&owner=docs-api");
    await page.getByRole("heading", { name: "No scope found" }).waitFor();
    await page.getByRole("button", { name: "Without owner docs-api" }).click();
    await expect.poll(() => names(page).count()).toBe(3);
    expect(new URL(page.url()).search).toBe("?q=invoices");
  });

  it("is walked through with the keys, from the search and back to it", async () => {
    await open("/scopes?owner=billing-api");
    await row(page, "invoices:manage").waitFor();
    const focused = () => page.evaluate("document.activeElement.title || document.activeElement.type");
    await page.keyboard.press("/");
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toBe("invoices:manage");
    await page.keyboard.press("End");
    await expect.poll(focused).toBe("invoices:write");
    await page.keyboard.press("ArrowUp");
    await expect.poll(focused).toBe("invoices:read");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("search");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/scopes/invoices%3Aread");
    await page.goBack();
    await expect.poll(focused).toBe("invoices:read");
    await page.locator("table[aria-busy=false]").waitFor();
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toBe("invoices:write");
  });

  it("shows a change at once, and says which row has changed", async () => {
    await open("/scopes?owner=live-api");
    await page.getByRole("heading", { name: "No scope found" }).waitFor();
    // It says so for six seconds: who waits for it does so from before.
    const said = row(page, "live:b").getByText("changed", { exact: true }).waitFor();
    await register(server, "live-api", [{ name: "live:b", description: "As it was" }]);
    await said;
    await register(server, "live-api", [{ name: "live:b", description: "As it is" }]);
    await row(page, "live:b").locator(".cell-description").getByText("As it is").waitFor();
  });

  it("says how to register the first scope where there is none", async () => {
    await using empty = await startTestServer({ settings: { CATALOGUE: "open" } });
    await open("/", empty.httpUrl);
    await page.getByRole("heading", { name: "No API has registered a scope yet" }).waitFor();
    expect(await page.locator("pre").textContent()).toContain("scoperegistry.v1.ScopeRegistry/RegisterScopes");
  });

  it("keeps what it knows while the registry is away, and says so once to who does not see it", async () => {
    await using proxy = await startTcpProxy(new URL(server.httpUrl).host);
    await open("/scopes?owner=billing-api", `http://${proxy.address}`);
    proxy.target = undefined;
    proxy.cut();
    await page.getByText(/^Not live for/).waitFor();
    await expect
      .poll(() => page.locator(".feed [role=status]").textContent())
      .toBe("The registry is not heard of: what is shown may be old");
    expect(await names(page).count()).toBe(3);
    proxy.target = new URL(server.httpUrl).host;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.locator(".feed-live").waitFor();
    await expect.poll(() => page.locator(".feed [role=status]").textContent()).toBe("Live again");
  });

  it("says that it is offline when the browser is", async () => {
    await open("/");
    await context.setOffline(true);
    await page.getByText("This browser is offline").waitFor();
    await context.setOffline(false);
    await page.locator(".feed-live").waitFor();
  });

  it("has its filters folded up, and two lines a row, on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open("/scopes?owner=docs-api&state=active");
    await page.getByText("Filters (2)").click();
    await page.getByRole("checkbox", { name: /^docs-api/ }).waitFor();
    expect(await row(page, "docs:write").textContent()).toContain("docs-api");
    const widths = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
    expect(widths).toEqual([390, 390]);
  });

  it.each([1_280, 390])("has nothing that axe finds wrong, %i pixels wide", async (width) => {
    // axe comes into the page as a script that the page's own policy forbids.
    const looked = await browser.newContext({ viewport: { width, height: 800 }, bypassCSP: true });
    page = await looked.newPage();
    for (const path of [
      "/",
      "/scopes?q=read&owner=docs-api&state=active",
      "/scopes?q=nothing-like-it&owner=docs-api",
    ]) {
      await open(path);
      await page
        .getByRole("status")
        .getByText(/best match first|sorted by name/)
        .waitFor();
      await expectAccessible(page);
    }
    await looked.close();
  });

  describe("of 100,000", () => {
    const MANY = 100_000;
    const AT_ONCE = 5_000;
    const nameOf = (at: number) => `bulk:${String(at).padStart(6, "0")}`;
    let many: TestServer;
    let total = MANY;
    beforeAll(async () => {
      many = await startTestServer({ settings: { CATALOGUE: "open" } });
      for (let at = 0; at < MANY; at += AT_ONCE) {
        const scopes = Array.from({ length: AT_ONCE }, (_, each) => ({ name: nameOf(at + each) }));
        await register(many, `bulk-${at / AT_ONCE}`, scopes);
      }
    });
    afterAll(() => many.stop());

    const isDrawn = () => page.locator(`table[aria-rowcount="${total + 1}"]`).waitFor();

    /** Opens the list, and waits until the page is as high as it will be: who scrolls before gets less far. */
    async function openWhole(): Promise<void> {
      await open("/scopes?q=bulk", many.httpUrl);
      await isDrawn();
    }

    /** Reads a row while others come in above it, twice: what moves once too often has done so by then. */
    async function expectStill(): Promise<void> {
      await page.evaluate("scrollTo(0, 40 * 50_000)");
      const read = row(page, nameOf(50_000));
      await read.waitFor();
      const place = async () => (await read.boundingBox())?.y;
      const before = await place();
      for (const _time of ["once", "once more"]) {
        await register(many, "bulk-0", [{ name: `${nameOf(0)}:${total}:a` }, { name: `${nameOf(0)}:${total}:b` }]);
        total += 2;
        await isDrawn();
      }
      await expect.poll(place).toBe(before);
      expect(await read.getAttribute("aria-rowindex")).toBe(String(50_002 + total - MANY));
    }

    it("draws the rows in sight, and is given no more of them than that", async () => {
      await page.addInitScript({ content: COUNT_ROWS });
      await open("/scopes?q=bulk", many.httpUrl);
      await page.getByText(/^100.000 of 100.007 scopes/).waitFor();
      await row(page, nameOf(0)).waitFor();
      expect(await page.locator("table").getAttribute("aria-rowcount")).toBe("100001");

      await page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)");
      await expect.poll(() => names(page).first().textContent()).toMatch(/^bulk:0(49|50)/);
      await page.keyboard.press("/");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("End");
      await row(page, nameOf(MANY - 1)).waitFor();
      expect(await row(page, nameOf(MANY - 1)).getAttribute("aria-rowindex")).toBe("100001");
      await page.getByRole("searchbox", { name: "Search scopes" }).fill("99 bulk");
      await page.getByText(/best match first/).waitFor();

      expect(await page.locator("tbody tr").count()).toBeLessThan(80);
      const most = await page.evaluate("mostRows");
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(250);
    });

    it("leaves what one reads where it is when rows come in above it", async () => {
      await openWhole();
      await expectStill();
    });

    it("leaves what one reads where it is, though the keyboard was elsewhere before", async () => {
      await openWhole();
      await row(page, nameOf(0)).locator(".scope-link").focus();
      await expectStill();
    });

    it("leaves what one reads where it is, though an answer comes before what has come before it is painted", async () => {
      await page.addInitScript({ content: LIST_BEFORE_PAINT });
      await openWhole();
      await expectStill();
    });

    it("leads on by the keys from the row that one comes back to, though others have come in above it", async () => {
      await openWhole();
      await page.evaluate("scrollTo(0, 40 * 50_000)");
      await row(page, nameOf(50_005)).locator(".scope-link").click();
      await page.waitForURL(`**/scopes/${encodeURIComponent(nameOf(50_005))}`);
      await register(many, "bulk-0", [{ name: `${nameOf(0)}:${total}:a` }, { name: `${nameOf(0)}:${total}:b` }]);
      await page.locator(".feed-live").waitFor();
      total += 2;
      await page.goBack();
      await isDrawn();
      const focused = () => page.evaluate("document.activeElement.title");
      await expect.poll(focused).toBe(nameOf(50_005));
      await expect
        .poll(() => row(page, nameOf(50_005)).getAttribute("aria-rowindex"))
        .toBe(String(50_007 + total - MANY));
      expect(await focused()).toBe(nameOf(50_005));
      await page.keyboard.press("ArrowDown");
      await expect.poll(focused).toBe(nameOf(50_006));
    });
  });
});
