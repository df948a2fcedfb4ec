import { create } from "@bufbuild/protobuf";
import { type Scope, type ScopeProposal, ScopeSchema, ScopeState } from "@scope-registry/client/messages";
import { changedFields, type FieldChange } from "../../changes/changed-fields.ts";

/** What approving a scope would put in force. */
export interface ProposedChange {
  /** Whether nothing of it is in force: it was never approved, or was disabled before. */
  readonly isNew: boolean;
  readonly fields: readonly FieldChange[];
}

/** What approving a scope would put in force, from what is in force to what it is declared to be. */
export function proposedChange(scope: Scope): ProposedChange {
  const { proposal } = scope;
  if (proposal === undefined) return { isNew: true, fields: changedFields(ScopeSchema, undefined, scope) };
  return { isNew: false, fields: proposedFields(scope, proposal) };
}

/** What a proposal would change of what is in force. */
export function proposedFields(scope: Scope, proposal: ScopeProposal): readonly FieldChange[] {
  return changedFields(ScopeSchema, inForce(scope), withProposal(scope, proposal));
}

/** What has become of a scope since it was read. */
export type SinceRead =
  | { readonly kind: "unchanged" }
  /** It waits for review as another one than it was. */
  | { readonly kind: "changed"; readonly fields: readonly FieldChange[] }
  /** There is nothing to review any more: it was approved, disabled or deleted. */
  | { readonly kind: "settled" };

/** Compares a scope with what was read of it. @param now undefined: it is not registered any more */
export function sinceRead(read: Scope, now: Scope | undefined): SinceRead {
  if (now?.state !== ScopeState.PENDING) return { kind: "settled" };
  if (now.revision === read.revision) return { kind: "unchanged" };
  return { kind: "changed", fields: changedFields(ScopeSchema, declared(read), declared(now)) };
}

/** As it would be once it is approved. */
function declared(scope: Scope): Scope {
  return scope.proposal === undefined ? scope : withProposal(scope, scope.proposal);
}

function withProposal(scope: Scope, { isDefault, restricted, resources, aliases }: ScopeProposal): Scope {
  return create(ScopeSchema, { ...inForce(scope), isDefault, restricted, resources, aliases });
}

function inForce({ proposal: _waits, ...rest }: Scope): Scope {
  return create(ScopeSchema, rest);
}
