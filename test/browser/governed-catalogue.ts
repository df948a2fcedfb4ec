/** A registry with a catalogue, and people who look at it with tokens of their own. */
import { default as axe } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { CallerOptions, Clients, TestServer } from "../support/test-server.ts";
import { startTestServer } from "../support/test-server.ts";

/** How a page is looked at. */
export interface LookOptions {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
}

/** A registry in dev mode, so that the catalogue takes tokens out of its URL. */
export interface GovernedCatalogue extends AsyncDisposable {
  readonly server: TestServer;
  readonly operator: Clients;
  /** Opens the catalogue. @param caller who has signed in; undefined: nobody */
  open(browser: Browser, path: string, caller: CallerOptions | undefined, options?: LookOptions): Promise<Page>;
}

/** Who may do everything. */
export const OPERATOR: CallerOptions = { client: "operator", scopes: ["admin", "read"] };

/** What stands before the names of those who sign in with tokens of the test's own issuer. */
export const PREFIX = "at:";

/** Starts it. */
export async function startGovernedCatalogue(): Promise<GovernedCatalogue> {
  const server = await startTestServer({ dev: true, issuer: { owner_prefix: PREFIX } });
  const url = server.httpUrl;
  return {
    server,
    operator: await server.as(OPERATOR),
    async open(browser, path, caller, { colorScheme = "light", width = 1280 } = {}) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      if (caller !== undefined) {
        await page.goto(`${url}/sign-in#token=${await server.tokenFor(caller)}`);
        await page.getByRole("button", { name: "Sign out" }).waitFor();
      }
      await page.goto(url + path);
      return page;
    },
    [Symbol.asyncDispose]: server.stop,
  };
}

/** The text of parts of a page, blanks as one. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  const texts = await page.locator(selector).allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, " ").trim());
}

/** Fails with everything that axe finds wrong with a page, or where it is wider than its window. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  expect(found).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
}
