import type { ScopeRecord } from "@scope-registry/client/judging";
import { refuseNewDefaults } from "../new-defaults.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { underReview, validState } from "../review.ts";
import { planValid } from "./approve-scopes.ts";
import { type Actor, refuseUnlessMay } from "./authority.ts";
import type { ScopesAnswer } from "./governance.ts";
import { namedScopes, wrongState } from "./named-scopes.ts";

/**
 * Makes disabled scopes valid again; an owner whose changes are reviewed waits for an approval. Scopes that are not disabled
 * are passed over.
 *
 * @param defaultsScope the name of the scope that lets a caller make its scopes defaults, for the refusal
 * @throws {RegistryError} SCOPE_NOT_OWNED, REGISTRATION_CLOSED, NOT_FOUND, WRONG_STATE, SCOPE_MISSING, NAME_IN_USE,
 *   REGISTRATION_TOO_LARGE
 */
export function planEnabling(
  view: RegistryView,
  actor: Actor,
  names: readonly string[],
  stamp: Stamp,
  defaultsScope: string,
): Plan<ScopesAnswer> {
  refuseUnlessMay(view, actor, "enable", names);
  const scopes = namedScopes(view, names);
  const kept = actor.isAdmin ? [] : scopes.filter(({ disabledByAdmin }) => disabledByAdmin);
  if (kept.length > 0) {
    throw wrongState(
      kept.map(({ name }) => name),
      "was disabled by an administrator, who alone can enable it: ask one",
    );
  }
  const enabled = scopes.map((scope) => enabledScope(view, actor, scope, stamp));
  if (!actor.isAdmin) {
    const steps = scopes.map((before, at) => ({ before, after: enabled[at] }));
    refuseNewDefaults(view, actor, steps, defaultsScope);
  }
  return planValid(view, scopes, enabled, stamp);
}

function enabledScope(view: RegistryView, actor: Actor, scope: ScopeRecord, { time, revision }: Stamp): ScopeRecord {
  if (scope.state !== "DISABLED") return scope;
  const valid = { ...scope, state: validState(scope), disabledByAdmin: false, updateTime: time, revision };
  const isReviewed = !actor.isAdmin && view.resourceServer(scope.owner)?.mode === "REVIEW";
  return isReviewed ? underReview(scope, valid) : valid;
}
