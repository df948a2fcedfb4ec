import { RegistryError } from "../registry/registry-error.ts";

/** How long a reader may take for one message of a stream, in milliseconds: what it has not taken is held for it. */
export const READ_TIMEOUT_MS = 30_000;

/** The refusal of a reader that took nothing for {@link READ_TIMEOUT_MS}. It is for the log: the reader would not take it. */
export function readerStalled(): RegistryError {
  return new RegistryError(
    "OVERLOADED",
    "The reader has taken nothing for half a minute: it may begin again, or resume where it stood",
  );
}

/** The refusal of a reader that was cut because the answers of its caller hold too much. It is for the log as well. */
export function tooMuchUnread(): RegistryError {
  return new RegistryError("OVERLOADED", "Too much waits for this caller's readers: read faster, or fewer at once");
}
