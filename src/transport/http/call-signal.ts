import { Code, ConnectError } from "@connectrpc/connect";
import { deadlinePassed } from "../../registry/call-deadline.ts";

/**
 * The signal of a call, made of the library's: where that aborts at the deadline, with the refusal. The time of day does not tell it for
 * sure, as it may be set back, or was read later than the library's timer was set.
 */
export function callSignal(signal: AbortSignal): AbortSignal {
  const call = new AbortController();
  const follow = () => call.abort(isDeadline(signal.reason) ? deadlinePassed() : signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow, { once: true });
  return call.signal;
}

function isDeadline(reason: unknown): boolean {
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
}
