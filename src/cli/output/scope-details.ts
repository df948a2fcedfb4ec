import { type Scope, ScopeSchema, type ScopeUsage } from "@scope-registry/client";
import { changedFields } from "../../changes/changed-fields.ts";
import { describeField } from "./describe-field.ts";
import type { Detail } from "./details.ts";
import { plain } from "./paint.ts";
import { clientWords, counted, stateWord, timeText, traitWords } from "./words.ts";

/** Everything that there is to tell of a scope, and of who uses it where that may be known. */
export function scopeDetails(scope: Scope, usage: ScopeUsage | undefined): Detail[] {
  const { owner, revision, proposal } = scope;
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
    ["Waits for approval", proposal === undefined ? "" : proposed(scope)],
    ...(usage === undefined ? [] : usageDetails(usage)),
  ];
}

/** What a pending scope would be otherwise than it is. */
function proposed(scope: Scope): string[] {
  const { proposal: _, ...inForce } = scope;
  return changedFields(ScopeSchema, inForce, scope).map((change) =>
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
