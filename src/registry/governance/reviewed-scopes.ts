import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RegistryView } from "../registry-view.ts";
import { type Actor, refuseUnlessAdmin, refuseUnlessMay } from "./authority.ts";
import { namedScopes, refuseChangedSince } from "./named-scopes.ts";

/**
 * The scopes whose review is to end, one way or the other: of an administrator, and as they were read.
 *
 * @param expected the revision at which they were read; undefined: whatever they are by now
 * @throws {RegistryError} SCOPE_NOT_OWNED, NOT_FOUND, REVISION_MISMATCH
 */
export function reviewedScopes(
  view: RegistryView,
  actor: Actor,
  act: "approve" | "refuse",
  names: readonly string[],
  expected: number | undefined,
): readonly ScopeRecord[] {
  refuseUnlessAdmin(actor);
  refuseUnlessMay(view, actor, act, names);
  const scopes = namedScopes(view, names);
  for (const { name, revision } of scopes) refuseChangedSince(`Scope ${name}`, revision, expected);
  return scopes;
}
