import {
  ChangeKindSchema,
  type ClientPolicyChange,
  type LogEntry,
  type ScopeChange,
  ScopeSchema,
} from "@scope-registry/client";
import { changedFields } from "../../changes/changed-fields.ts";
import { type ChangedThing, changedThings, outcomeOf } from "../../changes/changed-things.ts";
import { describeField } from "./describe-field.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { enumWord, timeText } from "./words.ts";

/** An entry of the log in lines: who did what and when, and below it every field that changed. */
export function describeEntry(entry: LogEntry, paint: Paint): string[] {
  const { revision, time, kind, actor, resourceServer, requestId } = entry;
  const head = [
    paint("bold", String(revision)),
    timeText(time),
    paint("cyan", enumWord(ChangeKindSchema, kind)),
    `by ${actor === "" ? "the registry" : printable(actor)}`,
    ...(resourceServer === "" || resourceServer === actor ? [] : [`for ${printable(resourceServer)}`]),
    ...(requestId === "" ? [] : [paint("dim", `(call ${printable(requestId)})`)]),
  ];
  const described = changedThings(entry).map((thing) => describeThing(thing, paint));
  return [head.join("  "), ...described.flat().map((line) => `  ${line}`)];
}

function describeThing({ kind, name, outcome, fields }: ChangedThing, paint: Paint): string[] {
  const what = name === "" ? kind : `${kind} ${printable(name)}`;
  return [`${SIGNS[outcome](paint)} ${what}`, ...fields().map((field) => `    ${describeField(field, paint)}`)];
}

const SIGNS: Readonly<Record<ChangedThing["outcome"], (paint: Paint) => string>> = {
  new: (paint) => paint("green", "+"),
  changed: (paint) => paint("yellow", "~"),
  gone: (paint) => paint("red", "-"),
};

/** The sign of what came, changed or went. */
export function changeSign(before: unknown, after: unknown, paint: Paint): string {
  return SIGNS[outcomeOf(before, after)](paint);
}

/** A scope's change in a few words, for one line: its new state, or the fields that changed. */
export function changeWords({ before, after }: ScopeChange): string {
  if (after === undefined) return "gone";
  const words = new Set(changedFields(ScopeSchema, before, after).map(({ field }) => field.split(".")[0] ?? ""));
  return [...words].join(", ");
}

/** A client's change in a few words. */
export function clientChangeWords({ after }: ClientPolicyChange): string {
  if (after === undefined) return "gone";
  return `ceiling ${after.allowedScopes.length}, defaults ${after.defaultScopes.length}, grants ${after.grantedScopes.length}`;
}
