import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange } from "../../store/scope-log.ts";
import { refuseTooLarge } from "../entry-size.ts";
import { planNameMoves } from "../name-moves.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { refuseForeignResources, refuseTooManyResources, resourcesInForce } from "../resource-ownership.ts";
import { declaredScope, validState } from "../review.ts";
import type { Actor } from "./authority.ts";
import type { ScopesAnswer } from "./governance.ts";
import { wrongState } from "./named-scopes.ts";
import { holdingChange } from "./resource-moves.ts";
import { reviewedScopes } from "./reviewed-scopes.ts";

/**
 * Approves what waits for a review. Scopes that are valid already are passed over.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, NOT_FOUND, REVISION_MISMATCH, WRONG_STATE, NAME_IN_USE,
 *   PREFIX_NOT_OWNED, TEMPLATE_OVERLAP, RESOURCE_NOT_OWNED, REGISTRATION_TOO_LARGE
 */
export function planApproval(
  view: RegistryView,
  actor: Actor,
  names: readonly string[],
  expected: number | undefined,
  stamp: Stamp,
): Plan<ScopesAnswer> {
  const scopes = reviewedScopes(view, actor, "approve", names, expected);
  const disabled = scopes.filter(({ state }) => state === "DISABLED").map(({ name }) => name);
  if (disabled.length > 0) throw wrongState(disabled, "is disabled: enable it");
  const approved = scopes.map((scope) => approvedScope(scope, stamp));
  return planValid(view, scopes, approved, stamp);
}

function approvedScope(scope: ScopeRecord, { time, revision }: Stamp): ScopeRecord {
  if (scope.state !== "PENDING") return scope;
  return { ...declaredScope(scope), state: validState(scope), updateTime: time, revision };
}

/** The changes and the answer where scopes become valid, or wait for it: their names move with them. */
export function planValid(
  view: RegistryView,
  scopes: readonly ScopeRecord[],
  become: readonly ScopeRecord[],
  stamp: Stamp,
): Plan<ScopesAnswer> {
  const steps = scopes.flatMap((before, at) => (become[at] === before ? [] : [{ before, after: become[at] }]));
  const changes: RecordChange[] = steps.map(({ before, after }) => ({
    kind: "scope",
    name: before.name,
    before,
    after,
  }));
  changes.push(...planNameMoves(view, steps, stamp), ...planClaims(view, become, stamp));
  refuseTooLarge(changes, "name fewer scopes at once");
  return { changes, answer: { scopes: become, revision: changes.length > 0 ? stamp.revision : view.revision } };
}

/** What scopes are tied to is their owners' from when they are valid. */
function planClaims(view: RegistryView, scopes: readonly ScopeRecord[], stamp: Stamp): readonly RecordChange[] {
  return [...new Set(scopes.map(({ owner }) => owner))].flatMap((owner) => {
    const own = scopes.filter((scope) => scope.owner === owner);
    const resources = [...new Set(own.flatMap(resourcesInForce))];
    refuseForeignResources(view, owner, resources);
    const held = view.resourceServer(owner)?.resources ?? [];
    const claimed = resources.filter((uri) => !held.includes(uri));
    if (claimed.length === 0) return [];
    refuseTooManyResources(owner, held.length + claimed.length);
    return [holdingChange(view, owner, [...held, ...claimed], stamp)];
  });
}
