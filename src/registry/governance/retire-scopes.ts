import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange } from "../../store/scope-log.ts";
import { refuseTooLarge } from "../entry-size.ts";
import { planNameMoves } from "../name-moves.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { disabledScope } from "../review.ts";
import { type Actor, refuseUnlessMay } from "./authority.ts";
import type { Retirement, RetirementAnswer } from "./governance.ts";
import { namedScopes, wrongState } from "./named-scopes.ts";
import { refuseInUse, scopeUsage, type UsesByName } from "./scope-usage.ts";

const ADVICE = "name fewer scopes at once";

/**
 * Disables scopes. Those that are disabled already stay as they are, except that an administrator's word goes before the
 * owner's.
 *
 * @param uses who was granted them
 * @throws {RegistryError} SCOPE_NOT_OWNED, REGISTRATION_CLOSED, NOT_FOUND, SCOPE_IN_USE, REGISTRATION_TOO_LARGE
 */
export function planDisabling(
  view: RegistryView,
  actor: Actor,
  { names, force, validateOnly }: Retirement,
  uses: UsesByName,
  stamp: Stamp,
): Plan<RetirementAnswer> {
  refuseUnlessMay(view, actor, "disable", names);
  const scopes = namedScopes(view, names);
  const disabled = scopes.map((scope): ScopeRecord => {
    const disabledByAdmin = scope.disabledByAdmin || (actor.isAdmin && actor.owner !== scope.owner);
    if (scope.state === "DISABLED" && scope.disabledByAdmin === disabledByAdmin) return scope;
    return disabledScope(scope, disabledByAdmin, stamp);
  });
  const changes = disabled.flatMap((after, at) => changeOf(scopes[at], after));
  const usages = scopeUsage(view, scopes, uses);
  const changing = new Set(scopes.filter(({ state }) => state !== "DISABLED").map(({ name }) => name));
  if (!force) {
    refuseInUse(
      usages.filter(({ name }) => changing.has(name)),
      "disable",
    );
  }
  refuseTooLarge(changes, ADVICE);
  return {
    changes,
    answer: { scopes: disabled, usages, revision: answeredRevision(view, changes, validateOnly, stamp) },
  };
}

/**
 * Deletes disabled scopes; their names stay reserved. Names that are reserved already are passed over.
 *
 * @param uses who was granted them
 * @throws {RegistryError} SCOPE_NOT_OWNED, REGISTRATION_CLOSED, NOT_FOUND, WRONG_STATE, SCOPE_IN_USE, REGISTRATION_TOO_LARGE
 */
export function planDeletion(
  view: RegistryView,
  actor: Actor,
  { names, force, validateOnly }: Retirement,
  uses: UsesByName,
  stamp: Stamp,
): Plan<RetirementAnswer> {
  refuseUnlessMay(view, actor, "delete", names);
  const scopes = namedScopes(
    view,
    names.filter((name) => view.reservedName(name) === undefined),
  );
  const valid = scopes.filter(({ state }) => state !== "DISABLED").map(({ name }) => name);
  if (valid.length > 0) throw wrongState(valid, "is not disabled: disable it first, so that nobody is surprised");
  const kept = actor.isAdmin ? [] : scopes.filter(({ disabledByAdmin }) => disabledByAdmin);
  if (kept.length > 0) {
    throw wrongState(
      kept.map(({ name }) => name),
      "was disabled by an administrator, who alone can delete it: ask one",
    );
  }
  const usages = scopeUsage(view, scopes, uses);
  if (!force) refuseInUse(usages, "delete");
  const steps = scopes.map((before) => ({ before, after: undefined }));
  const changes: RecordChange[] = scopes.flatMap((before) => changeOf(before, undefined));
  changes.push(...planNameMoves(view, steps, stamp, { mayBecomeInstances: actor.isAdmin && force }));
  refuseTooLarge(changes, ADVICE);
  return { changes, answer: { scopes, usages, revision: answeredRevision(view, changes, validateOnly, stamp) } };
}

function changeOf(before: ScopeRecord | undefined, after: ScopeRecord | undefined): readonly RecordChange[] {
  if (before === undefined || before === after) return [];
  return [{ kind: "scope", name: before.name, before, after }];
}

function answeredRevision(
  view: RegistryView,
  changes: readonly RecordChange[],
  validateOnly: boolean,
  stamp: Stamp,
): number {
  return changes.length > 0 && !validateOnly ? stamp.revision : view.revision;
}
