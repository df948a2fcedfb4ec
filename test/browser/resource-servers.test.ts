/** The pages of resource servers in a browser: what readers are told, and what administrators are. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/chromium.ts";
import {
  expectAccessible,
  type GovernedCatalogue,
  OPERATOR,
  startGovernedCatalogue,
  textsOf,
} from "./governed-catalogue.ts";

const RESOURCE = "https://billing.example.com/v1?a='b'";
const STRANGER = "<script>globalThis.fired = true</script>";

await describeInBrowser("the pages of resource servers", (browser) => {
  let catalogue: GovernedCatalogue;
  beforeAll(async () => {
    catalogue = await startGovernedCatalogue();
    const { server, operator } = catalogue;
    await operator.admin.setResourceServer({
      resourceServer: {
        name: "at:billing-api",
        displayName: "Billing",
        contact: "billing@example.com",
        namePrefixes: ["invoices:", "bills:"],
        mode: 1,
      },
    });
    await operator.admin.setResourceServer({
      resourceServer: { name: STRANGER, displayName: STRANGER, contact: "https://x.example/'><script>", mode: 3 },
    });
    const billing = await server.as({ client: "billing-api", scopes: ["register"] });
    await billing.registry.registerScopes({
      release: 42n,
      scopes: [
        { name: "invoices:read", description: "Read your invoices", resources: [RESOURCE] },
        ...Array.from({ length: 60 }, (_, at) => ({ name: `bills:${at}:read`, description: `Read bill ${at}` })),
      ],
    });
    const docs = await server.as({ client: "docs-api", scopes: ["register"] });
    await docs.registry.registerScopes({ scopes: [{ name: "docs:read", description: "Read documents" }] });
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    await catalogue[Symbol.asyncDispose]();
  });

  it("list for readers who has scopes, and how many", async () => {
    const page = await catalogue.open(browser, "/resource-servers", undefined);
    await expect.poll(() => textsOf(page, "tbody tr")).toEqual(["at:billing-api 61", "at:docs-api 1"]);
    await page.getByLabel("Filter by name").fill("docs");
    await expect.poll(() => textsOf(page, "tbody tr")).toEqual(["at:docs-api 1"]);
    await page.getByRole("link", { name: "at:docs-api" }).click();
    await page.getByRole("heading", { level: 1, name: "at:docs-api" }).waitFor();
  });

  it("list for administrators what each may do", async () => {
    const page = await catalogue.open(browser, "/resource-servers", OPERATOR);
    await page.locator("tbody tr").first().waitFor();
    expect(await textsOf(page, "tbody tr td:not(.time)")).toEqual([
      ...[`${STRANGER} ${STRANGER}`, "Closed", "", "0"],
      ...["at:billing-api Billing", "Open", "bills: invoices:", "61"],
      ...["at:docs-api", "Open", "", "1"],
    ]);
    expect(await page.evaluate("globalThis.fired")).toBeUndefined();
  });

  it("show the first of the scopes, and lead to all", async () => {
    const page = await catalogue.open(browser, "/resource-servers/at%3Abilling-api", undefined);
    await expect.poll(() => page.locator("tbody tr").count()).toBe(50);
    const all = page.getByRole("link", { name: "All 61 scopes of it" });
    expect(await all.getAttribute("href")).toBe("/scopes?owner=at%3Abilling-api");
    await page.getByText("More about it, such as its contact and its last release, is shown to who signs in").waitFor();
  });

  it("show the metadata of each resource, as it is served", async () => {
    const page = await catalogue.open(browser, "/resource-servers/at%3Abilling-api", undefined);
    await page.locator("summary").click();
    const metadata = page.locator(".resource pre");
    await metadata.waitFor();
    expect(JSON.parse((await metadata.textContent()) ?? "")).toMatchObject({
      resource: RESOURCE,
      scopes_supported: ["invoices:read"],
    });
    const href = await page.locator(".resource a").getAttribute("href");
    const served = await fetch(catalogue.server.httpUrl + href);
    expect(await served.json()).toMatchObject({ resource: RESOURCE });
  });

  it("show administrators the settings and the last release", async () => {
    const page = await catalogue.open(browser, "/resource-servers/at%3Abilling-api", OPERATOR);
    await page.getByRole("heading", { level: 1, name: "Billing" }).waitFor();
    const facts = await textsOf(page, ".facts > div");
    expect(facts).toEqual(
      expect.arrayContaining([
        "Contact billing@example.com",
        "Prefixes bills: invoices:",
        "Release 42",
        "Registration Open: what it registers takes effect at once",
      ]),
    );
    expect(await page.getByRole("link", { name: "billing@example.com" }).getAttribute("href")).toBe(
      "mailto:billing@example.com",
    );
  });

  it("follow what is registered", async () => {
    const page = await catalogue.open(browser, "/resource-servers/at%3Adocs-api", undefined);
    await expect.poll(() => textsOf(page, "tbody tr td:first-child")).toEqual(["docs:read"]);
    const { registry } = await catalogue.server.as({ client: "docs-api", scopes: ["register"] });
    await registry.registerScopes({ scopes: [{ name: "docs:write", description: "Write", deprecated: true }] });
    await expect.poll(() => textsOf(page, "tbody tr td:first-child")).toEqual(["docs:read", "docs:write"]);
    await registry.registerScopes({ scopes: [{ name: "docs:write", description: "Write documents" }] });
    await page.getByText("Write documents").waitFor();
  });

  it("say that nobody has a name", async () => {
    const page = await catalogue.open(browser, "/resource-servers/nobody", undefined);
    await page.getByText("No scope belongs to a resource server of this name.").waitFor();
  });

  it.each([
    [1_280, undefined],
    [390, OPERATOR],
  ] as const)("are accessible, %i pixels wide", async (width, caller) => {
    const page = await catalogue.open(browser, "/resource-servers", caller, { width });
    for (const path of ["/resource-servers", "/resource-servers/at%3Abilling-api", "/resource-servers/nobody"]) {
      await page.goto(catalogue.server.httpUrl + path);
      await page.locator("h1").waitFor();
      await page.locator("table, main p").first().waitFor();
      await expectAccessible(page);
    }
  });
});
