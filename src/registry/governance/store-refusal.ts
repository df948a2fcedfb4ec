import { HistoryGoneError, StoreUnavailableError } from "../../store/store-errors.ts";
import { RegistryError } from "../registry-error.ts";

/**
 * What a call is refused with when the store fails it; an error that is no failure of the store's is answered as it is.
 *
 * @param consequence what cannot be done: `changes cannot be listed` for example
 */
export function storeRefusal(error: unknown, consequence: string): unknown {
  const problem = problemOf(error);
  if (problem === undefined) return error;
  return new RegistryError("STORE_UNAVAILABLE", `${problem}, so that ${consequence}: try again`, {
    retryAfterMs: 1_000,
    cause: error,
  });
}

function problemOf(error: unknown): string | undefined {
  if (error instanceof StoreUnavailableError) return "The store cannot be reached";
  // This server loads the other registry in a moment.
  return error instanceof HistoryGoneError ? "The store holds another registry by now" : undefined;
}
