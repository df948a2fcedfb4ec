import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const ASSETS = join(import.meta.dirname, "../../dist/catalogue/assets");

/** What the scripts of the catalogue weigh together as browsers are sent them over TLS, by Brotli, in bytes: all are of the first load. */
export async function scriptBytes(): Promise<number> {
  const files = (await readdir(ASSETS)).filter((name) => name.endsWith(".js.br"));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(ASSETS, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
