/**
 * Builds the catalogue, the page that people look at, into `dist/catalogue`: `index.html`, and what it loads under `assets`, by
 * names that change with what they hold; beside each the same compressed. `npm run build` runs it, and so does `npm ci`. The
 * server reads the folder when it starts.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
const TARGET = fileURLToPath(new URL("../../dist/catalogue", import.meta.url));

/** What knows `light-dark()` and nested rules. */
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

/**
 * Bundles what begins at files, each into an asset of its own, and what several of them need into one more.
 *
 * @returns the names of the assets, in the order of the files; behind them that of what they share
 */
async function bundle(...entries: readonly string[]): Promise<readonly string[]> {
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(entries.map((entry) => [assetName(entry), join(SOURCE, entry)])),
    outdir: join(TARGET, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "shared-[hash]",
    bundle: true,
    splitting: entries.length > 1,
    format: "esm",
    minify: true,
    metafile: true,
    target: BROWSERS,
    conditions: ["scope-registry-source"],
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "copy" },
    write: false,
    logLevel: "warning",
  });
  const shared = entries.length > 1 ? 1 : 0;
  if (outputFiles.length !== entries.length + shared)
    throw new Error(`${entries.join(", ")}: too many files come of it`);
  for (const { path, contents } of outputFiles) await writeCompressed(path, contents);
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  return [...entries.map(assetName), "shared"]
    .slice(0, outputFiles.length)
    .map((stem) => names.find((name) => name.startsWith(`${stem}-`)) ?? stem);
}

/** What an asset is called, but for its hash. */
function assetName(entry: string): string {
  return basename(entry, extname(entry));
}

async function writeCompressed(path: string, contents: Uint8Array): Promise<void> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await writeFile(path, contents);
  await writeFile(`${path}.gz`, await promisify(gzip)(contents, { level: constants.Z_BEST_COMPRESSION }));
  await writeFile(`${path}.br`, await promisify(brotliCompress)(contents, quality));
}

await rm(TARGET, { recursive: true, force: true });
await mkdir(join(TARGET, "assets"), { recursive: true });
const [icon] = await bundle("icon.svg");
const [styles] = await bundle("styles/main.css");
// The worker has most of its libraries in common with the page.
const [script, worker, shared] = await bundle("main.tsx", "registry/worker/feed-worker.ts");
const page = await readFile(join(SOURCE, "index.html"), "utf8");
const links = { ICON: icon, STYLES: styles, SCRIPT: script, SHARED: shared, WORKER: worker };
const linked = Object.entries(links).reduce(
  (text, [word, name]) => text.replace(`"${word}"`, `"/assets/${name}"`),
  page,
);
await writeFile(join(TARGET, "index.html"), linked);
