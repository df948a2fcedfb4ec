/** How large an authorization server's answer may be, in bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** A request, as `oauth4webapi` makes it. */
export interface FetchRequest {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body?: URLSearchParams | undefined;
  readonly signal?: AbortSignal;
}

/** A `fetch` for one request, and the status that it was answered with. */
export interface BoundedFetch {
  fetch(url: string, request: FetchRequest): Promise<Response>;
  /** Undefined: there was no answer. */
  status(): number | undefined;
}

/**
 * Makes a `fetch` that reads the whole answer, up to 256 KiB, and closes its socket: tokens are asked for so seldom that a
 * socket is not worth keeping. It follows no redirect, which could carry a secret elsewhere.
 */
export function createBoundedFetch(): BoundedFetch {
  let status: number | undefined;
  return {
    async fetch(url, { method = "GET", headers, body, signal }) {
      const response = await fetch(url, {
        method,
        headers: { ...headers, connection: "close" },
        body: body ?? null,
        redirect: "manual",
        signal: signal ?? null,
      });
      status = response.status;
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body ?? []) {
        size += chunk.byteLength;
        if (size > MAX_ANSWER_BYTES) throw new Error(`The answer has more than ${MAX_ANSWER_BYTES} bytes`);
        chunks.push(chunk);
      }
      return new Response(size === 0 ? null : Buffer.concat(chunks), { status, headers: response.headers });
    },
    status: () => status,
  };
}
