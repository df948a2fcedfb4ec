/** A registry with a catalogue, and people who look at it with tokens of their own. */
import { default as axe } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import type { CallerOptions, Clients, TestServer } from "../support/test-server.ts";
import { startTestServer } from "../support/test-server.ts";

/** How a page is looked at. */
export interface LookOptions {
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
  /** What a tab holds of each caller who has signed in: to do so by the page is one more page to load, each time. */
  const kept = new Map<string, string>();
  const signIn = async (page: Page, caller: CallerOptions) => {
    const key = JSON.stringify(caller);
    const entries = kept.get(key);
    if (entries !== undefined) {
      await page.addInitScript(
        `if (origin === "${url}") for (const [name, value] of ${entries}) sessionStorage[name] ??= value;`,
      );
      return;
    }
    // For as long as the file may take.
    const exp = Math.floor(Date.now() / 1_000) + 3_600;
    const token = await server.tokenFor({ ...caller, claims: { exp, ...caller.claims } });
    await page.goto(`${url}/sign-in#token=${token}`);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    kept.set(key, await page.evaluate("JSON.stringify(Object.entries(sessionStorage))"));
  };
  return {
    server,
    operator: await server.as(OPERATOR),
    async open(browser, path, caller, { width = 1280 } = {}) {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      if (caller !== undefined) await signIn(page, caller);
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

/** Fails with everything that axe finds wrong with a page, in the dark and in the light, or where it is wider than its window. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    // All rules, but no list of the elements that keep them, which takes as long again.
    const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as axe.AxeResults;
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
  }
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
}
