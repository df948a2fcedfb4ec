import type { RegistryError } from "../../registry/registry-error.ts";
import type { Arrival } from "../arrival-budget.ts";

/**
 * A request's body whose bytes are counted while it arrives. Reading it fails with the refusal, also in the middle of
 * waiting for more, when the budget is spent.
 *
 * @param open is called when reading begins
 */
export async function* boundedBody(
  body: AsyncIterable<Uint8Array>,
  open: (refuse: (refusal: RegistryError) => void) => Arrival,
): AsyncGenerator<Uint8Array> {
  const { promise: refused, reject } = Promise.withResolvers<never>();
  // It may come when nobody waits for anything.
  refused.catch(() => undefined);
  const arrival = open(reject);
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([pieces.next(), refused]);
      if (done) return;
      arrival.add(value.length);
      yield value;
    }
  } finally {
    arrival.close();
    // Not awaited: it waits for the piece that is on its way.
    void pieces.return?.()?.catch(() => undefined);
  }
}
