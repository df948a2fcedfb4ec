/** The page's session by itself, in the place of the page's script: served by a real registry, under its policy. */
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";

/**
 * What tests look at: `session`, how often it has told of a change, and on the way back from the issuer `returnTo` or the
 * `problem`.
 */
const SCRIPT = `
import { loadConfig } from "./registry/catalogue-config.ts";
import { createSession } from "./sign-in/create-session.ts";

const session = createSession(await loadConfig());
globalThis.session = session;
globalThis.changes = 0;
session.onChange(() => { globalThis.changes += 1; });
if (location.pathname === "/sign-in/callback") {
  await session.complete(new URL(location.href)).then(
    (returnTo) => { globalThis.returnTo = returnTo; },
    (error) => { globalThis.problem = error.message; },
  );
}
document.documentElement.dataset.ready = "";
`;

let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: new URL("../../src/web", import.meta.url).pathname, loader: "ts" },
    bundle: true,
    format: "esm",
    conditions: ["scope-registry-source"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** Opens it in a browser at a URL, and waits until it is ready. */
export async function openSessionPage(context: BrowserContext, url: string): Promise<Page> {
  bundled ??= bundle();
  const body = await bundled;
  const page = await context.newPage();
  await page.route(/\/assets\/main-[^/]+\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body }));
  await page.goto(url);
  await isReady(page);
  return page;
}

/** Waits until the page is there, and has taken in what it was loaded with. */
export function isReady(page: Page): Promise<void> {
  return page.locator("html[data-ready]").waitFor({ state: "attached" });
}
