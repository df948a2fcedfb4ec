import { RegistrationOutcome } from "@scope-registry/client";
import { hasDifference, isSuperseded, type Plan, type PlannedScope, summarise } from "../plan.ts";
import { describeField } from "./describe-field.ts";
import type { Paint, Style } from "./paint.ts";
import { printable } from "./printable.ts";
import { counted, usageWords } from "./words.ts";

interface Mark {
  readonly sign: string;
  readonly style: Style;
  readonly word: string;
}

const MARKS: Partial<Record<RegistrationOutcome, Mark>> = {
  [RegistrationOutcome.CREATED]: { sign: "+", style: "green", word: "created" },
  [RegistrationOutcome.UPDATED]: { sign: "~", style: "yellow", word: "updated" },
  [RegistrationOutcome.DISABLED]: { sign: "-", style: "red", word: "disabled" },
};

/** A plan in lines: each scope that changes with its fields, and how many there are of what. */
export function describePlan(plan: Plan, paint: Paint): string[] {
  const lines = plan.scopes.flatMap((scope) => describeScope(scope, paint));
  return [...lines, ...(lines.length > 0 ? [""] : []), describeSummary(plan)];
}

function describeScope(scope: PlannedScope, paint: Paint): string[] {
  const mark = markOf(scope);
  if (mark === undefined) return [];
  const { name, usage, fields, isPending } = scope;
  const sign = isPending ? paint("magenta", "!") : paint(mark.style, mark.sign);
  const pending = isPending ? paint("magenta", ", waits for approval") : "";
  const head = `${sign} ${paint("bold", printable(name))}  ${paint(mark.style, printable(mark.word))}${pending}`;
  const inUse = usage?.inUse ? [`    ${paint("yellow", `in use: ${usageWords(usage)}`)}`] : [];
  return [head, ...(fields ?? []).map((field) => `    ${describeField(field, paint)}`), ...inUse];
}

function markOf({ outcome, renamedTo, takesPlaceOf, isDisabledByAdmin }: PlannedScope): Mark | undefined {
  if (renamedTo !== undefined) return { sign: "=", style: "dim", word: `superseded: it is ${renamedTo} now` };
  if (isDisabledByAdmin) return { sign: "x", style: "red", word: "stays disabled by an administrator" };
  if (takesPlaceOf.length === 0) return MARKS[outcome];
  return { sign: ">", style: "yellow", word: `takes the place of ${takesPlaceOf.join(", ")}` };
}

function describeSummary(plan: Plan): string {
  if (isSuperseded(plan))
    return `A newer release than ${plan.release} is registered: nothing ${plan.isApplied ? "was" : "would be"} done`;
  const { created, updated, disabled, unchanged, superseded, pending, disabledByAdmin } = summarise(plan);
  const counts = [
    hasDifference(plan)
      ? `+ ${created} created, ~ ${updated} updated, - ${disabled} disabled, = ${unchanged} unchanged`
      : `${counted(unchanged, "scope")} unchanged`,
    ...(pending > 0 ? [`${pending} waiting for approval`] : []),
    ...(superseded > 0 ? [`${superseded} superseded`] : []),
    ...(disabledByAdmin > 0 ? [`${disabledByAdmin} disabled by an administrator`] : []),
  ].join("; ");
  if (!hasDifference(plan)) return `No difference: ${counts}`;
  return `${plan.isApplied ? `Applied at revision ${plan.revision}` : "Plan"}: ${counts}`;
}
