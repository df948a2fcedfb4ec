import { Http2ServerRequest } from "node:http2";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type CallDeadline, whyOver } from "../../registry/call-deadline.ts";
import type { RegistryError } from "../../registry/registry-error.ts";
import type { Arrival } from "../arrival-budget.ts";
import { callerLeft } from "../message-refusals.ts";
import type { HttpRequest } from "./http-call.ts";

/**
 * A request's body whose bytes are counted while it arrives. Reading it fails with the refusal, also in the middle of
 * waiting for more, when the budget is spent; and it fails where the request was given up before its end, which a reader
 * would otherwise take for a shorter message.
 *
 * @param open is called when reading begins
 * @param deadline is asked for then: how long its sender may take, where it is known; reading fails with its end
 */
export async function* boundedBody(
  body: AsyncIterable<Uint8Array>,
  request: HttpRequest,
  open: (refuse: (refusal: RegistryError) => void) => Arrival,
  deadline: () => CallDeadline | undefined = () => undefined,
): AsyncGenerator<Uint8Array> {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  // It may come when nobody waits for anything.
  refused.catch(() => undefined);
  const arrival = open(reject);
  const until = deadline();
  const stop = () => reject(until && whyOver(until));
  until?.signal.addEventListener("abort", stop, { once: true });
  if (until?.signal.aborted) stop();
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([pieces.next(), refused]);
      if (done) {
        if (await isWhole(request)) return;
        throw callerLeft();
      }
      arrival.add(value.length);
      yield value;
    }
  } finally {
    arrival.close();
    until?.signal.removeEventListener("abort", stop);
    // Not awaited: it waits for the piece that is on its way.
    void pieces.return?.()?.catch(() => undefined);
  }
}

/**
 * Whether a request has arrived to its end and its sender still stands by it. Of HTTP/2, `complete` tells that of one that
 * was reset as well, and Node's client ends what it gives up in the middle before it resets it: that shows in the next turns
 * of the event loop.
 */
async function isWhole(request: HttpRequest): Promise<boolean> {
  if (!(request instanceof Http2ServerRequest)) return request.complete;
  const { stream } = request;
  for (let turn = 0; turn < 2; turn += 1) await nextTurn();
  return !stream.aborted && !stream.closed;
}
