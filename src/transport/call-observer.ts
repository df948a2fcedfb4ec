import type { Caller } from "../auth/caller.ts";
import type { RegistryError } from "../registry/registry-error.ts";
import type { Call } from "./call.ts";

/** Hears of calls. It is told in turns for which others wait: it must be quick, and must not throw. */
export interface CallObserver {
  /** A call has come; told once of each call, before anything is done for it. */
  begun?(call: Call): void;

  /**
   * A call has ended; told once of each call, streams included.
   *
   * @param caller who called; undefined: it is not known
   * @param refusal what it was refused with; undefined: it succeeded
   */
  ended(call: Call, caller: Caller | undefined, refusal: RegistryError | undefined): void;
}
