/** The code of the error of an answer that is too large. */
export const ANSWER_TOO_LARGE = "ERR_ANSWER_TOO_LARGE";

/** The part of `fetch` that is needed to ask an issuer. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How large an authorization server's answer may be, in bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Fetches, and reads the whole answer. Redirects are not followed: they could carry a secret elsewhere, or lead inside the
 * network.
 *
 * @throws {Error} for an answer above 256 KiB, with the code ERR_ANSWER_TOO_LARGE, and what `fetch` throws. The message is
 * for the log
 */
export async function fetchBounded(url: string, init: RequestInit, fetch: Fetch = globalThis.fetch): Promise<Response> {
  const { status, headers, body } = await fetch(url, { ...init, redirect: "manual" });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) {
      const error = new Error(`${url} answers more than ${MAX_ANSWER_BYTES} bytes`);
      throw Object.assign(error, { code: ANSWER_TOO_LARGE });
    }
    chunks.push(chunk);
  }
  return new Response(size === 0 ? null : Buffer.concat(chunks), { status, headers });
}
