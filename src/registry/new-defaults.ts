import type { ScopeRecord } from "@scope-registry/client/judging";
import type { Actor } from "./governance/authority.ts";
import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import type { ScopeStep } from "./name-moves.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView } from "./registry-view.ts";
import { declaredScope } from "./review.ts";

/**
 * Refuses an owner to widen what every client gets: owning a scope is not enough to make it a default, or a default reach
 * further, now or once it is approved.
 *
 * @param defaultsScope the name of the scope that lets a caller do it
 * @throws {RegistryError} SCOPE_MISSING
 */
export function refuseNewDefaults(
  view: RegistryView,
  actor: Actor,
  steps: readonly ScopeStep[],
  defaultsScope: string,
): void {
  if (actor.mayRegisterDefaults || view.resourceServer(actor.owner)?.maySetDefaults) return;
  const names = steps.filter(widensDefaults).map(({ after }) => after?.name ?? "");
  if (names.length === 0) return;
  throw new RegistryError(
    "SCOPE_MISSING",
    `Making a scope a default, or widening one, needs a token with scope ${defaultsScope}: ask for one, or set is_default to false for ${namesInMessage(names)}`,
    { metadata: { scope: defaultsScope, ...namesInMetadata("scopes", names) } },
  );
}

/** Whether some request gets the scope unasked that did not get it before. */
function widensDefaults({ before, after }: ScopeStep): boolean {
  const from = before && declaredScope(before);
  const to = after && declaredScope(after);
  if (!isValidDefault(to)) return false;
  if (!isValidDefault(from) || (from.restricted && !to.restricted)) return true;
  // One that is tied to nothing does not reach where others are tied, so that tying it widens it as well.
  if (to.resources.length === 0) return from.resources.length > 0;
  return to.resources.some((uri) => !from.resources.includes(uri));
}

function isValidDefault(scope: ScopeRecord | undefined): scope is ScopeRecord {
  return scope?.isDefault === true && scope.state !== "DISABLED";
}
