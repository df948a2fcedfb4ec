/**
 * Builds the catalogue, the page that people look at, into `dist/catalogue`: `index.html`, and what it loads under `assets`, by
 * names that change with what they hold; beside each the same compressed. `npm run build` runs it, and so does `npm ci`. The
 * server reads the folder when it starts.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
const TARGET = fileURLToPath(new URL("../../dist/catalogue", import.meta.url));

/** What knows `light-dark()` and nested rules. */
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

/** Bundles what begins at a file; the name of the asset that comes of it. */
async function bundle(entry: string, define: Readonly<Record<string, string>> = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(SOURCE, entry)],
    outdir: join(TARGET, "assets"),
    entryNames: "[name]-[hash]",
    bundle: true,
    format: "esm",
    minify: true,
    target: BROWSERS,
    conditions: ["scope-registry-source"],
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "copy" },
    define,
    write: false,
    logLevel: "warning",
  });
  const [file] = outputFiles;
  if (file === undefined || outputFiles.length > 1) throw new Error(`${entry} must become one file`);
  await writeCompressed(file.path, file.contents);
  return basename(file.path);
}

async function writeCompressed(path: string, contents: Uint8Array): Promise<void> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  await writeFile(path, contents);
  await writeFile(`${path}.gz`, await promisify(gzip)(contents, { level: constants.Z_BEST_COMPRESSION }));
  await writeFile(`${path}.br`, await promisify(brotliCompress)(contents, quality));
}

await rm(TARGET, { recursive: true, force: true });
await mkdir(join(TARGET, "assets"), { recursive: true });
const icon = await bundle("icon.svg");
const styles = await bundle("styles/main.css");
const script = await bundle("main.tsx");
const page = await readFile(join(SOURCE, "index.html"), "utf8");
const links = { ICON: icon, STYLES: styles, SCRIPT: script };
const linked = Object.entries(links).reduce(
  (text, [word, name]) => text.replace(`"${word}"`, `"/assets/${name}"`),
  page,
);
await writeFile(join(TARGET, "index.html"), linked);
