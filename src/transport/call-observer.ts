import type { Caller } from "../auth/caller.ts";
import type { RegistryError } from "../registry/registry-error.ts";
import type { Call } from "./call.ts";

/** Hears of calls. It is told in the turn in which a call ends, for which others wait: it must be quick, and must not throw. */
export interface CallObserver {
  /**
   * A call has ended; told once of each call, streams included.
   *
   * @param caller who called; undefined: it is not known
   * @param refusal what it was refused with; undefined: it succeeded
   */
  ended(call: Call, caller: Caller | undefined, refusal: RegistryError | undefined): void;
}
