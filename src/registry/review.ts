import { aliasesInForce, isInForce, type ScopeProposal, type ScopeRecord } from "@scope-registry/client/judging";
import type { Stamp } from "./registry-view.ts";
import { sameList } from "./same-list.ts";

/** What a scope is declared to be, also where that waits for a review. */
export function declaredScope(scope: ScopeRecord): ScopeRecord {
  return scope.proposal === undefined ? scope : { ...scope, ...scope.proposal, proposal: undefined };
}

/** The state that a scope is in when nothing stands against it. */
export function validState({ deprecated }: ScopeRecord): ScopeRecord["state"] {
  return deprecated ? "DEPRECATED" : "ACTIVE";
}

/** A scope that is no longer valid. What it was to become goes with it: it is proposed anew when it is registered again. */
export function disabledScope(scope: ScopeRecord, disabledByAdmin: boolean, { time, revision }: Stamp): ScopeRecord {
  return {
    ...scope,
    state: "DISABLED",
    disabledByAdmin,
    aliases: aliasesInForce(scope),
    proposal: undefined,
    refusedProposal: undefined,
    updateTime: time,
    revision,
  };
}

/**
 * What becomes of a scope whose changes are reviewed: what is new, or reaches further than what is in force, waits; all else
 * takes effect at once, narrowing beside it too. What was refused does not wait again: whoever asks for it at each start has
 * been answered.
 *
 * @param after the scope as it is to be
 */
export function underReview(before: ScopeRecord | undefined, after: ScopeRecord): ScopeRecord {
  if (before === undefined || !isInForce(before)) return { ...after, state: "PENDING" };
  const inForce: ScopeProposal = {
    isDefault: before.isDefault && after.isDefault,
    restricted: before.restricted || after.restricted,
    // A scope that is tied to nothing goes with every request.
    resources: after.resources.length > 0 ? narrower(before.resources, after.resources) : before.resources,
    aliases: narrower(before.aliases, after.aliases),
  };
  const proposal = proposalOf(after);
  const { refusedProposal } = before;
  if (sameProposal(proposal, inForce)) return { ...after, refusedProposal };
  if (refusedProposal !== undefined && sameProposal(proposal, refusedProposal)) {
    return { ...after, ...inForce, refusedProposal };
  }
  return { ...after, ...inForce, state: "PENDING", proposal };
}

function sameProposal(a: ScopeProposal, b: ScopeProposal): boolean {
  return (
    a.isDefault === b.isDefault &&
    a.restricted === b.restricted &&
    sameList(a.resources, b.resources) &&
    sameList(a.aliases, b.aliases)
  );
}

/** The new list if it is a part of the old one, which stays otherwise: what is swapped is not half there. */
function narrower(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.every((item) => before.includes(item)) ? after : before;
}

/** What of a scope decides over who gets it. */
export function proposalOf({ isDefault, restricted, resources, aliases }: ScopeRecord): ScopeProposal {
  return { isDefault, restricted, resources, aliases };
}
