/** The part of `fetch` that is needed to ask an issuer. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How long an issuer may take for one answer, in milliseconds. */
export const ISSUER_TIMEOUT_MS = 5_000;

/** How large an issuer's answer may be, in bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * The text of an answer with status 200. Redirects are not followed: an issuer's URLs are settings, and a redirect could
 * lead inside the network.
 *
 * @throws {Error} for any other status, and for an answer above 256 KiB. The message is for the log.
 */
export async function fetchText(fetch: Fetch, url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answers status ${response.status}, not 200`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) {
      throw new Error(`${url} answers more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
