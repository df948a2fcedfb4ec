import type { Browser, Page } from "playwright-core";
import { spreadOf } from "../harness/statistics.ts";
import { PAGE_METER, type PageNotes } from "./page-meter.ts";

/** What is typed, letter by letter: names and descriptions of the scopes that are measured with have it. */
const TYPED = "resource-1 read";
/** How far, and how often, the list is scrolled, in pixels. */
const SCROLLED = { by: 20_000, times: 20 };

/** What one visit to the catalogue cost, in milliseconds. */
export interface Visit {
  /** Until the first row was there. */
  readonly firstRow: number;
  /** Until every scope was. */
  readonly loaded: number;
  /** For a letter more in the search, until the page had the list: the median of the letters. */
  readonly letter: number;
  /** The longest time between two frames while the scopes came, and while one typed and scrolled. */
  readonly loadingFrame: number;
  readonly usingFrame: number;
}

/** Opens the catalogue in a browser that has never seen it, waits for all scopes, types and scrolls. */
export async function visitCatalogue(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: PAGE_METER });
    await page.goto(url);
    await page.locator(".feed-live").waitFor();
    const loaded = await page.evaluate<number>("performance.now()");
    await page.locator("tr[data-index]").first().waitFor();
    const loading = await notesOf(page);
    await page.getByRole("searchbox", { name: "Search scopes" }).pressSequentially(TYPED, { delay: 50 });
    await page.getByText(/best match first/).waitFor();
    const typing = await notesOf(page);
    await page.goto(url);
    await page.locator(".feed-live").waitFor();
    await notesOf(page);
    for (let times = 0; times < SCROLLED.times; times++) {
      await page.evaluate(`new Promise((drawn) => { scrollBy(0, ${SCROLLED.by}); requestAnimationFrame(drawn); })`);
    }
    const scrolling = await notesOf(page);
    return {
      firstRow: loading.firstRow ?? loaded,
      loaded,
      letter: spreadOf(typing.answers).median,
      loadingFrame: loading.longestFrame,
      usingFrame: Math.max(typing.longestFrame, scrolling.longestFrame),
    };
  } finally {
    await context.close();
  }
}

function notesOf(page: Page): Promise<PageNotes> {
  return page.evaluate<PageNotes>("pageNotes()");
}
