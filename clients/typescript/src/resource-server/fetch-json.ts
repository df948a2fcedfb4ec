import { createBoundedFetch } from "../connection/bounded-fetch.ts";

/**
 * Fetches JSON from an issuer: up to 256 KiB, without following redirects, which could lead inside the network.
 *
 * @throws {Error} for what is no JSON, and for any status but 200. The message is for the log.
 */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const request = { method: "GET", headers: { accept: "application/json" }, body: undefined, signal };
  const response = await createBoundedFetch().fetch(url, request);
  if (response.status !== 200) throw new Error(`${url} answers status ${response.status}, not 200`);
  return response.json();
}
