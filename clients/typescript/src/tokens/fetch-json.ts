import { ANSWER_TOO_LARGE, type Fetch, fetchBounded } from "./bounded-fetch.ts";
import { errorCode } from "./error-code.ts";
import { IssuerError, isLastingStatus } from "./issuer-error.ts";

/**
 * Fetches JSON of an issuer, up to 256 KiB. Its socket is closed, as it is wanted so seldom.
 *
 * @throws {IssuerError} for no answer, any status but 200, and what is no JSON. The message tells which, and quotes no answer
 */
export async function fetchJson(url: string, signal: AbortSignal, fetch?: Fetch): Promise<unknown> {
  const headers = { accept: "application/json", connection: "close" };
  const response = await fetchBounded(url, { headers, signal }, fetch).catch((cause: unknown) => {
    const code = errorCode(cause);
    const told = signal.aborted ? "has not answered in time" : `cannot be fetched (${code})`;
    throw new IssuerError(`${url} ${told}`, { problem: code === ANSWER_TOO_LARGE ? "passing" : "away", cause });
  });
  const { status } = response;
  if (status !== 200) {
    throw new IssuerError(`${url} answers status ${status}`, {
      problem: isLastingStatus(status) ? "lasting" : "passing",
    });
  }
  return response.json().catch(() => {
    throw new IssuerError(`${url} does not answer JSON`, { problem: "passing" });
  });
}
