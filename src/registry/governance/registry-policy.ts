import { REGISTRY_POLICY_NAME, type RegistryPolicyRecord } from "../../store/scope-log.ts";
import { invalidRequest } from "../invalid-request.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { type Actor, refuseUnlessAdmin } from "./authority.ts";
import { refuseChangedSince } from "./named-scopes.ts";

/**
 * Checks what is to hold for names.
 *
 * @throws {RegistryError} INVALID_REQUEST
 */
export function checkNamePolicy(names: RegistryPolicyRecord["names"] | "UNRECOGNIZED"): RegistryPolicyRecord["names"] {
  if (names !== "UNRECOGNIZED") return names;
  const description = "Policy is unknown: give OPEN or PREFIX_REQUIRED";
  throw invalidRequest([{ field: "registry_policy.names", description }]);
}

/**
 * Sets what holds for all resource servers.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, REVISION_MISMATCH
 */
export function planRegistryPolicy(
  view: RegistryView,
  actor: Actor,
  names: RegistryPolicyRecord["names"],
  expected: number | undefined,
  { time, revision }: Stamp,
): Plan<RegistryPolicyRecord> {
  refuseUnlessAdmin(actor);
  const before = view.policy;
  refuseChangedSince("The registry's policy", before?.revision ?? 0, expected);
  if (before?.names === names) return { changes: [], answer: before };
  const after = { names, updateTime: time, revision };
  return { changes: [{ kind: "registryPolicy", name: REGISTRY_POLICY_NAME, before, after }], answer: after };
}
