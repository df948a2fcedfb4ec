import type { Scope, ScopeProposal } from "@scope-registry/client/messages";
import { FieldDifference } from "../parts/field-difference.tsx";
import { proposedFields } from "../reviews/proposed-change.ts";

/** What a proposal would change of a scope, from what is in force; nothing where it changes nothing. */
export function ProposalFields({ scope, proposal }: { readonly scope: Scope; readonly proposal: ScopeProposal }) {
  const fields = proposedFields(scope, proposal);
  if (fields.length === 0) return null;
  return (
    <dl class="fields">
      {fields.map((change) => (
        <FieldDifference key={change.field} change={change} isNew={false} />
      ))}
    </dl>
  );
}
