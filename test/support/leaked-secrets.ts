import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DEV_ISSUER_FILE } from "../../src/auth/dev-issuer.ts";
import type { CapturedOutput } from "./server-process.ts";

const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const URI_PASSWORD = /:\/\/[^/\s:@]*:(?!\[redacted\])[^/\s@]+@/g;
const EXPORT_LINE = /^ {2}export \w+=\S+$/gm;

/**
 * The secrets in what a server has printed: tokens, but for those that its banner exports; passwords in URIs; the dev
 * issuer's private key.
 */
export async function leakedSecrets(dataDir: string, { stdout, stderr }: CapturedOutput): Promise<readonly string[]> {
  const { d } = JSON.parse(await readFile(join(dataDir, DEV_ISSUER_FILE), "utf8")) as { d: string };
  const printed = stdout().replaceAll(EXPORT_LINE, "") + stderr();
  const patterns = [...printed.matchAll(JWT), ...printed.matchAll(URI_PASSWORD)].map(([secret]) => secret);
  return printed.includes(d) ? [...patterns, d] : patterns;
}
