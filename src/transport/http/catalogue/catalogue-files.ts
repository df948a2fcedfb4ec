import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { STORED_ENCODINGS, type StaticFile, type StoredEncoding, staticFile } from "./static-file.ts";

/** What the catalogue page is made of, as it was built. */
export interface CatalogueFiles {
  readonly index: StaticFile;
  /** By file name. A name holds the hash of what is in the file. */
  readonly assets: ReadonlyMap<string, StaticFile>;
}

/** Where `npm run build` puts them. */
export const CATALOGUE_FOLDER = fileURLToPath(new URL("../../../../dist/catalogue", import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const SUFFIXES: Readonly<Record<StoredEncoding, string>> = { br: ".br", gzip: ".gz" };

/** Reads them all, so that nothing that a request names is ever looked for on the disk. Undefined: they have not been built. */
export function readCatalogueFiles(folder: string): CatalogueFiles | undefined {
  try {
    const names = readdirSync(join(folder, "assets"));
    const originals = names.filter((name) => !Object.values(SUFFIXES).includes(extname(name)));
    return {
      index: readFile(folder, "index.html", readdirSync(folder)),
      assets: new Map(originals.map((name) => [name, readFile(join(folder, "assets"), name, names)])),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function readFile(folder: string, name: string, names: readonly string[]): StaticFile {
  const encoded = STORED_ENCODINGS.map((encoding) => [encoding, `${name}${SUFFIXES[encoding]}`] as const)
    .filter(([, stored]) => names.includes(stored))
    .map(([encoding, stored]) => [encoding, readFileSync(join(folder, stored))] as const);
  const contentType = CONTENT_TYPES[extname(name)] ?? "application/octet-stream";
  return staticFile(contentType, readFileSync(join(folder, name)), new Map(encoded));
}
