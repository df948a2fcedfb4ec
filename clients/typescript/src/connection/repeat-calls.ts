import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { CallDeadline } from "./call-deadline.ts";
import { refusalOf } from "./refusal.ts";
import { retry } from "./retry.ts";
import { backoffDelay } from "./wait.ts";

/** How often a call is made at the most. */
const MAX_ATTEMPTS = 4;

const BACKOFF = { firstMs: 100, mostMs: 2_000 };

/**
 * Makes a call, and makes it again while the registry is UNAVAILABLE, if its contract says that it can be repeated
 * (`idempotency_level`): four times at the most, all within the deadline. The registry's `google.rpc.RetryInfo` is the
 * least wait.
 */
export async function repeatWhileUnavailable<T>(
  method: DescMethod,
  deadline: CallDeadline,
  call: () => Promise<T>,
): Promise<T> {
  const attempts = isRepeatable(method) ? MAX_ATTEMPTS : 1;
  let unavailable: ConnectError | undefined;
  try {
    return await retry(call, deadline.signal, (error, count) => {
      if (count === attempts || error.code !== Code.Unavailable) return undefined;
      unavailable = error;
      const delayMs = Math.max(backoffDelay(count, BACKOFF), refusalOf(error)?.retryAfterMs ?? 0);
      return delayMs < (deadline.left() ?? Number.POSITIVE_INFINITY) ? delayMs : undefined;
    });
  } catch (error) {
    // Not by the signal: the transport has a timer too, which may be first.
    const isLate = ConnectError.from(error).code === Code.DeadlineExceeded && refusalOf(error) === undefined;
    // What was wrong before says more than a deadline that has passed.
    throw isLate ? (unavailable ?? error) : error;
  }
}

function isRepeatable({ idempotency }: DescMethod): boolean {
  return (
    idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
    idempotency === MethodOptions_IdempotencyLevel.IDEMPOTENT
  );
}
