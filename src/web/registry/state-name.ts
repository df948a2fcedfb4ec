import type { ScopeState } from "@scope-registry/client/messages";
import { STATE_NAMES, type StateName } from "../navigation/place.ts";

/** A state of the wire, as it stands in URLs. A state that the page does not know is taken for a disabled one: it promises nothing. */
export function stateNameOf(state: ScopeState): StateName {
  return STATE_NAMES[state - 1] ?? "disabled";
}
