import { launchChromium } from "../../test/support/launch-chromium.ts";
import { type Visit, visitCatalogue } from "../catalogue/measured-catalogue.ts";
import { scriptBytes } from "../catalogue/script-bytes.ts";
import { alternate } from "../harness/alternate.ts";
import type { Benchmark } from "../harness/benchmark.ts";
import { atMost, figureOf } from "../harness/figure.ts";
import { startSeededRegistry } from "../registry/registry-process.ts";

/** Two frames of a screen that shows sixty a second, in milliseconds. */
const TWO_FRAMES_MS = 33.4;
/** What the scripts of the first load may weigh, in KiB. */
const SCRIPT_KIB = 100;

/** What the catalogue costs the person who looks at it, in Chromium: of many scopes beside few. */
export const catalogue: Benchmark = {
  name: "catalogue",
  title: "The catalogue in Chromium: 100,000 scopes loaded, searched and scrolled",
  async run(context) {
    const { scale, folder, progress, stack } = context;
    const browser = await launchChromium().catch((error: Error) => error);
    if (browser instanceof Error) return { figures: [], leftOut: [`The catalogue: ${browser.message}`] };
    stack.defer(() => browser.close());
    const large = stack.use(await startSeededRegistry(folder, scale.size(100_000), progress));
    const small = stack.use(await startSeededRegistry(folder, scale.size(1_000), progress));
    const rounds = await alternate(context, {
      large: () => visitCatalogue(browser, large.httpUrl),
      small: () => visitCatalogue(browser, small.httpUrl),
    });
    const besideSmall = (name: string, of: (visit: Visit) => number) => ({
      name,
      unit: "ms",
      values: rounds.large.map(of),
      reference: { name: "of 1,000", values: rounds.small.map(of) },
    });
    return {
      figures: [
        figureOf({
          name: "catalogue, a letter more in the search of 100,000 scopes: until the page has the list",
          unit: "ms",
          values: rounds.large.map(({ letter }) => letter),
          target: atMost(TWO_FRAMES_MS),
        }),
        figureOf(besideSmall("catalogue of 100,000 scopes: until the first row is there", ({ firstRow }) => firstRow)),
        figureOf(besideSmall("catalogue of 100,000 scopes: until all are there", ({ loaded }) => loaded)),
        figureOf(
          besideSmall("catalogue of 100,000 scopes: longest frame while they come", ({ loadingFrame }) => loadingFrame),
        ),
        figureOf(
          besideSmall(
            "catalogue of 100,000 scopes: longest frame of typing and scrolling",
            ({ usingFrame }) => usingFrame,
          ),
        ),
        figureOf({
          name: "catalogue: scripts of the first load, compressed",
          unit: "KiB",
          values: [(await scriptBytes()) / 1_024],
          target: atMost(SCRIPT_KIB),
        }),
      ],
    };
  },
};
