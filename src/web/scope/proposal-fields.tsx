import type { Scope, ScopeProposal } from "@scope-registry/client/messages";
import { FieldDifferences } from "../parts/field-difference.tsx";
import { proposedFields } from "../reviews/proposed-change.ts";

/** What a proposal would change of a scope, from what is in force; nothing where it changes nothing. */
export function ProposalFields({ scope, proposal }: { readonly scope: Scope; readonly proposal: ScopeProposal }) {
  const fields = proposedFields(scope, proposal);
  return fields.length === 0 ? null : <FieldDifferences fields={fields} isNew={false} />;
}
