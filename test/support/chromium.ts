/** Suites of tests that need a real browser. */
import type { Browser } from "playwright-core";
import { describe, it } from "vitest";
import { launchChromium } from "./launch-chromium.ts";

/**
 * A suite that needs a browser. Where none can be had it is skipped, and says so; it fails where REQUIRE_BROWSER is set.
 *
 * @param suite gets a browser that is open until the suite's file has run
 */
export async function describeInBrowser(name: string, suite: (browser: Browser) => void): Promise<void> {
  const launched = await launchChromium().catch((error: Error) => error);
  if (!(launched instanceof Error)) {
    describe(name, () => suite(launched));
    return;
  }
  if ((process.env["REQUIRE_BROWSER"] ?? "") !== "") {
    it(`${name}: has a browser`, () => {
      throw launched;
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${name}. ${launched.message}\n\n`);
  it.skip(`${name}: needs a browser`);
}
