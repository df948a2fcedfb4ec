import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DEV_ISSUER_FILE } from "../../src/auth/dev-issuer.ts";
import type { CapturedOutput } from "./server-process.ts";

const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const URI_PASSWORD = /:\/\/[^/\s:@]*:(?!\[redacted\])[^/\s@]+@/g;
/** What the banner is for: the lines that export tokens, and the link that signs in with one. */
const PRINTED_TOKENS = /^ {2}(export \w+=|http:\S+\/sign-in#token=)\S+$/gm;

/**
 * The secrets in what a server has printed: tokens, but for those that its banner is there to print; passwords in URIs; the dev
 * issuer's private key.
 */
export async function leakedSecrets(dataDir: string, { stdout, stderr }: CapturedOutput): Promise<readonly string[]> {
  const { d } = JSON.parse(await readFile(join(dataDir, DEV_ISSUER_FILE), "utf8")) as { d: string };
  const printed = stdout().replaceAll(PRINTED_TOKENS, "") + stderr();
  const patterns = [...printed.matchAll(JWT), ...printed.matchAll(URI_PASSWORD)].map(([secret]) => secret);
  return printed.includes(d) ? [...patterns, d] : patterns;
}
