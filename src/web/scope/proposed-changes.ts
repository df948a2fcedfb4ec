import type { Scope } from "@scope-registry/client/messages";

/** What of a scope is to become something else, once an administrator approves it. */
export interface ProposedChange {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What a scope proposes, as far as it is another thing than what is in force. */
export function proposedChanges({
  isDefault,
  restricted,
  resources,
  aliases,
  proposal,
}: Scope): readonly ProposedChange[] {
  if (proposal === undefined) return [];
  const changes = [
    { what: "Default", before: yesOrNo(isDefault), after: yesOrNo(proposal.isDefault) },
    { what: "Restricted", before: yesOrNo(restricted), after: yesOrNo(proposal.restricted) },
    { what: "Resources", before: listText(resources), after: listText(proposal.resources) },
    { what: "Aliases", before: listText(aliases), after: listText(proposal.aliases) },
  ];
  return changes.filter(({ before, after }) => before !== after);
}

function yesOrNo(value: boolean): string {
  return value ? "Yes" : "No";
}

function listText(values: readonly string[]): string {
  return values.length === 0 ? "None" : values.join(" ");
}
