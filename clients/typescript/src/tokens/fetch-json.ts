import { fetchBounded } from "./bounded-fetch.ts";
import { errorCode } from "./error-code.ts";

/**
 * Fetches JSON of an issuer, up to 256 KiB. Its socket is closed, as it is wanted so seldom.
 *
 * @throws {Error} for no answer, any status but 200, and what is no JSON. The message tells which, and quotes no answer
 */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const headers = { accept: "application/json", connection: "close" };
  const response = await fetchBounded(url, { headers, signal }).catch((error: unknown) => {
    const problem = signal.aborted ? "has not answered in time" : `cannot be fetched (${errorCode(error)})`;
    throw new Error(`${url} ${problem}`, { cause: error });
  });
  if (response.status !== 200) throw new Error(`${url} answers status ${response.status}`);
  return response.json().catch(() => {
    throw new Error(`${url} does not answer JSON`);
  });
}
