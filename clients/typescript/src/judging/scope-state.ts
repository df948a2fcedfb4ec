import type { ScopeRecord } from "./scope-record.ts";

/** Whether a scope can be granted: it is valid, or it was before the change of it that waits for a review. */
export function isInForce({ state, proposal }: Pick<ScopeRecord, "state" | "proposal">): boolean {
  return state === "ACTIVE" || state === "DEPRECATED" || (state === "PENDING" && proposal !== undefined);
}

/** The other names that a scope answers to. Those of one that was never approved are not its own yet. */
export function aliasesInForce({ state, proposal, aliases }: ScopeRecord): readonly string[] {
  return state === "PENDING" && proposal === undefined ? [] : aliases;
}

/** Whether a scope in force is granted with a warning. One with a change of it under review is as it was before. */
export function isDeprecated({ state, deprecated }: Pick<ScopeRecord, "state" | "deprecated">): boolean {
  return state === "PENDING" ? deprecated : state === "DEPRECATED";
}
