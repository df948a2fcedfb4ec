import { isInForce, type ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange } from "../../store/scope-log.ts";
import { refuseTooLarge } from "../entry-size.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { disabledScope, validState } from "../review.ts";
import type { Actor } from "./authority.ts";
import type { ScopesAnswer } from "./governance.ts";
import { wrongState } from "./named-scopes.ts";
import { reviewedScopes } from "./reviewed-scopes.ts";

/**
 * Refuses what waits for a review: a scope of which nothing is in force is disabled, and what another proposes is dropped and
 * remembered. Scopes that are refused already are passed over.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, NOT_FOUND, REVISION_MISMATCH, WRONG_STATE, REGISTRATION_TOO_LARGE
 */
export function planRefusal(
  view: RegistryView,
  actor: Actor,
  names: readonly string[],
  expected: number | undefined,
  stamp: Stamp,
): Plan<ScopesAnswer> {
  const scopes = reviewedScopes(view, actor, "refuse", names, expected);
  const settled = scopes.filter((scope) => scope.state !== "PENDING" && !isRefused(scope)).map(({ name }) => name);
  if (settled.length > 0) throw wrongState(settled, "does not wait for a review: leave it out");
  const refused = scopes.map((scope) => (scope.state === "PENDING" ? refusedScope(scope, stamp) : scope));
  const changes = scopes.flatMap((before, at): RecordChange[] => {
    const after = refused[at];
    return after === before ? [] : [{ kind: "scope", name: before.name, before, after }];
  });
  refuseTooLarge(changes, "name fewer scopes at once");
  return { changes, answer: { scopes: refused, revision: changes.length > 0 ? stamp.revision : view.revision } };
}

/** What an administrator has disabled has been refused too: it cannot be told apart, and is the same to its owner. */
function isRefused({ disabledByAdmin, refusedProposal }: ScopeRecord): boolean {
  return disabledByAdmin || refusedProposal !== undefined;
}

function refusedScope(scope: ScopeRecord, stamp: Stamp): ScopeRecord {
  if (!isInForce(scope)) return disabledScope(scope, true, stamp);
  const { time, revision } = stamp;
  return {
    ...scope,
    state: validState(scope),
    proposal: undefined,
    refusedProposal: scope.proposal,
    updateTime: time,
    revision,
  };
}
