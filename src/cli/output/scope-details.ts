import { type Scope, type ScopeProposal, ScopeSchema, type ScopeUsage } from "@scope-registry/client";
import { changedFields } from "../../changes/changed-fields.ts";
import { describeField } from "./describe-field.ts";
import type { Detail } from "./details.ts";
import { plain } from "./paint.ts";
import { clientWords, counted, stateWord, timeText, traitWords } from "./words.ts";

/** Everything that there is to tell of a scope, and of who uses it where that may be known. */
export function scopeDetails(scope: Scope, usage: ScopeUsage | undefined): Detail[] {
  const { owner, revision } = scope;
  return [
    ["Name", scope.name],
    ["State", stateWord(scope) + (scope.disabledByAdmin ? ", by an administrator" : "")],
    ["Owner", owner === "" ? "the registry itself" : owner],
    ["Description", scope.description],
    ["Traits", traitWords(scope)],
    ["Deprecated", scope.deprecated ? "yes" : ""],
    ["Replaced by", scope.replacedBy],
    ["Sunset", timeText(scope.sunsetTime)],
    ["Aliases", scope.aliases],
    ["Resources", scope.resources],
    ["Consent", consentTexts(scope)],
    ["Created", timeText(scope.createTime)],
    ["Changed", `${timeText(scope.updateTime)} at revision ${revision}`],
    ["Waits for approval", proposed(scope, scope.proposal)],
    ["Refused", proposed(scope, scope.refusedProposal)],
    ...(usage === undefined ? [] : usageDetails(usage)),
  ];
}

/** What a scope would be otherwise than it is, by what it proposes or has proposed. */
function proposed(scope: Scope, proposal: ScopeProposal | undefined): string[] {
  const { proposal: _waits, refusedProposal: _refused, ...inForce } = scope;
  if (proposal === undefined) return [];
  return changedFields(ScopeSchema, inForce, { ...inForce, proposal }).map((change) =>
    describeField({ ...change, field: change.field.replace("proposal.", "") }, plain),
  );
}

function consentTexts({ consentTexts }: Scope): string[] {
  const inOrder = Object.entries(consentTexts).sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(
    ([tag, { title, description }]) => `${tag}: ${title}${description === "" ? "" : ` (${description})`}`,
  );
}

function usageDetails(usage: ScopeUsage): Detail[] {
  const { inUse, lastValidatedDay, clientIds, grantCount, grantedClientIds, isDefault } = usage;
  return [
    ["In use", inUse ? "yes" : "no"],
    ["Last validated", lastValidatedDay || "never"],
    ["Clients", clientWords(clientIds)],
    ["Grants", counted(grantCount, "client")],
    ["Granted to", clientWords(grantedClientIds)],
    ["Default", isDefault ? "yes" : "no"],
  ];
}
