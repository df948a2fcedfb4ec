/**
 * Takes the pictures of the catalogue that the documents show, each page in light, in dark, and as wide as a phone:
 * `npm run screenshots`. They are to be looked at before they are committed.
 */
import "../without-advice.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { openSampleRegistry } from "./sample-registry.ts";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots", import.meta.url));

/** The pages, by the name of their pictures. */
const PAGES = {
  scopes: "/",
  search: "/scopes?q=read+inv",
  scope: "/scopes/invoices%3Aread",
  consent: "/scopes/invoices%3Aread#consent",
  use: "/scopes/invoices%3Aexport#use",
  "deprecated-scope": "/scopes/invoices%3Aall",
  "resource-servers": "/resource-servers",
  "resource-server": "/resource-servers/billing-api",
  changes: "/changes",
  reviews: "/reviews",
  clients: "/clients",
  client: "/clients/payroll",
} as const;

/** The ways of looking at them. */
const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1_280, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1_280, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
} as const;

async function takePictures(browser: Browser, url: string, token: string): Promise<void> {
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await browser.newContext({ ...options, locale: "en-GB", timezoneId: "UTC" });
    const page = await context.newPage();
    await page.goto(`${url}/sign-in#token=${token}`);
    await page.getByRole("link", { name: "Scopes", exact: true }).waitFor();
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(url + path);
      await page.locator(".feed-live").waitFor();
      await page.locator("main h1").waitFor();
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      const section = path.split("#", 2)[1];
      if (section !== undefined) await page.locator(`#${section}`).evaluate((part) => part.scrollIntoView());
      await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
    }
    await context.close();
    process.stdout.write(`${look}: ${Object.keys(PAGES).length} pictures\n`);
  }
}

await mkdir(FOLDER, { recursive: true });
await using registry = await openSampleRegistry(0);
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
try {
  await takePictures(browser, registry.url, registry.operatorToken);
} finally {
  await browser.close();
}
