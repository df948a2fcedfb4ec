import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import {
  ChangeKindSchema,
  type ClientPolicyChange,
  ClientPolicySchema,
  type LogEntry,
  RegistryPolicySchema,
  ReservedNameSchema,
  ResourceServerSchema,
  type ScopeChange,
  ScopeSchema,
} from "@scope-registry/client";
import { changedFields, describeField } from "./field-changes.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { enumWord, timeText } from "./words.ts";

/** One thing that changed: what it was and what it became. */
interface Change<T> {
  readonly before?: T | undefined;
  readonly after?: T | undefined;
}

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
  const described = [
    ...entry.changes.map((change) => describeChange(ScopeSchema, `scope ${change.name}`, change, paint)),
    ...entry.resourceServerChanges.map((change) =>
      describeChange(ResourceServerSchema, `resource server ${change.name}`, change, paint),
    ),
    ...entry.clientPolicyChanges.map((change) =>
      describeChange(ClientPolicySchema, `client ${change.clientId}`, change, paint),
    ),
    ...entry.reservedNameChanges.map((change) =>
      describeChange(ReservedNameSchema, `reserved name ${change.name}`, change, paint),
    ),
    ...(entry.registryPolicyChange === undefined
      ? []
      : [describeChange(RegistryPolicySchema, "registry policy", entry.registryPolicyChange, paint)]),
  ];
  return [head.join("  "), ...described.flat().map((line) => `  ${line}`)];
}

function describeChange<Desc extends DescMessage>(
  schema: Desc,
  what: string,
  { before, after }: Change<MessageShape<Desc>>,
  paint: Paint,
): string[] {
  const fields = changedFields(schema, before, after).map((field) => `    ${describeField(field, paint)}`);
  return [`${changeSign(before, after, paint)} ${printable(what)}`, ...fields];
}

/** The sign of what came, changed or went. */
export function changeSign(before: unknown, after: unknown, paint: Paint): string {
  if (before === undefined) return paint("green", "+");
  return after === undefined ? paint("red", "-") : paint("yellow", "~");
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
