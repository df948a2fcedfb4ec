import { type JsonObject, toJson } from "@bufbuild/protobuf";
import { ClientPolicyChangeSchema, ScopeChangeSchema, type WatchScopesResponse_Change } from "@scope-registry/client";
import { changeSign, changeWords, clientChangeWords } from "./change-text.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { timeText } from "./words.ts";

/** What a revision changed, a line for each scope and client. */
export function changeLines(
  { revision, time, changes, clientPolicyChanges }: WatchScopesResponse_Change,
  paint: Paint,
): string[] {
  const head = `${paint("dim", timeText(time))}  ${revision}`;
  return [
    ...changes.map((change) => {
      const sign = changeSign(change.before, change.after, paint);
      return `${head}  ${sign} ${paint("bold", printable(change.name))}  ${changeWords(change)}`;
    }),
    ...clientPolicyChanges.map((change) => {
      const sign = paint("yellow", "*");
      return `${head}  ${sign} client ${paint("bold", printable(change.clientId))}  ${clientChangeWords(change)}`;
    }),
  ];
}

/** The same as JSON lines: the wire's ScopeChange or ClientPolicyChange, with the revision and its time beside. */
export function changesToJson({ revision, time, changes, clientPolicyChanges }: WatchScopesResponse_Change): string[] {
  const head = { revision: String(revision), time: timeText(time) };
  return [
    ...changes.map((change) => ({ ...head, ...(toJson(ScopeChangeSchema, change) as JsonObject) })),
    ...clientPolicyChanges.map((change) => ({ ...head, ...(toJson(ClientPolicyChangeSchema, change) as JsonObject) })),
  ].map((line) => JSON.stringify(line));
}
