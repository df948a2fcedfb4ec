import { readerStalled } from "../slow-reader.ts";
import { cutStalled } from "./cut-stalled.ts";
import type { HttpRequest } from "./http-call.ts";

/**
 * A body of which the reader has to take each piece in time, and in the end what is left: what it has not taken is held for it. Who takes
 * longer is cut.
 *
 * @param closed aborts when the answer has left, or its reader has
 * @param ms how long the reader may take for one piece, in milliseconds
 */
export async function* takenInTime(
  body: AsyncIterable<Uint8Array>,
  request: HttpRequest,
  closed: AbortSignal,
  ms: number,
): AsyncGenerator<Uint8Array, void> {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    if (!closed.aborted) timer = setTimeout(() => cutStalled(request, readerStalled()), ms).unref();
  };
  closed.addEventListener("abort", () => clearTimeout(timer), { once: true });
  for await (const piece of body) {
    wait();
    yield piece;
    clearTimeout(timer);
  }
  wait();
}
