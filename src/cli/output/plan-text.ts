import { RegistrationOutcome } from "@scope-registry/client";
import { type Plan, type PlannedScope, summarise } from "../plan.ts";
import { describeField } from "./field-changes.ts";
import type { Paint, Style } from "./paint.ts";
import { printable } from "./printable.ts";
import { counted } from "./words.ts";

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

function describeScope({ name, outcome, isPending, fields }: PlannedScope, paint: Paint): string[] {
  const mark = MARKS[outcome];
  if (mark === undefined) return [];
  const sign = isPending ? paint("magenta", "!") : paint(mark.style, mark.sign);
  const pending = isPending ? paint("magenta", ", waits for approval") : "";
  const head = `${sign} ${paint("bold", printable(name))}  ${paint(mark.style, mark.word)}${pending}`;
  return [head, ...(fields ?? []).map((field) => `    ${describeField(field, paint)}`)];
}

function describeSummary(plan: Plan): string {
  const { created, updated, disabled, unchanged, superseded, pending } = summarise(plan);
  if (superseded > 0)
    return `A newer release than ${plan.release} is registered: nothing ${plan.isApplied ? "was" : "would be"} done`;
  if (created + updated + disabled === 0) return `No difference: ${counted(unchanged, "scope")} unchanged`;
  const counts = `+ ${created} created, ~ ${updated} updated, - ${disabled} disabled, = ${unchanged} unchanged`;
  const waiting = pending > 0 ? `; ${pending} waiting for approval` : "";
  return `${plan.isApplied ? `Applied at revision ${plan.revision}` : "Plan"}: ${counts}${waiting}`;
}
