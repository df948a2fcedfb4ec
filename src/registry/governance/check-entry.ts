import { checkLimit, MAX_PARTY_LENGTH, type Violation } from "@scope-registry/client/judging";
import type { KindedRecord, LogEntry, RecordChange, RecordKind } from "../../store/scope-log.ts";
import { nameOf } from "../record-indexes.ts";
import { checkRecord } from "./check-record.ts";
import { checkTime, checkTimes } from "./check-times.ts";

/** The fields of the wire's `LogEntry` that hold the changes of a kind. */
const FIELDS: Readonly<Record<RecordKind, string>> = {
  scope: "changes",
  resourceServer: "resource_server_changes",
  client: "client_policy_changes",
  reservedName: "reserved_name_changes",
  registryPolicy: "registry_policy_change",
};

/** The most characters of a request's id in an imported log. */
const MAX_REQUEST_ID_LENGTH = 128;

/**
 * Adds what is wrong with an entry of an imported log: what this registry could not have written.
 *
 * @param path where the entry stands in its request
 */
export function checkEntry(violations: Violation[], entry: LogEntry, path: string): void {
  const add = (field: string, description: string) => violations.push({ field, description });
  if (!(Number.isSafeInteger(entry.revision) && entry.revision > 0)) {
    add(`${path}.revision`, "Revision is none: give a whole number from 1 to 2^53 - 1");
  }
  checkTime(violations, `${path}.time`, entry.time);
  checkLimit(violations, `${path}.actor`, entry.actor.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, `${path}.resource_server`, entry.resourceServer.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, `${path}.request_id`, entry.requestId.length, MAX_REQUEST_ID_LENGTH, "characters");
  if (entry.requestId === "") {
    add(`${path}.request_id`, "Request is missing: give the id that was exported");
  }
  const counts = new Map<RecordKind, number>();
  for (const change of entry.changes) {
    const at = counts.get(change.kind) ?? 0;
    counts.set(change.kind, at + 1);
    const index = change.kind === "registryPolicy" ? "" : `[${at}]`;
    checkChange(violations, entry.revision, change, `${path}.${FIELDS[change.kind]}${index}`);
  }
}

function checkChange(violations: Violation[], revision: number, change: RecordChange, path: string): void {
  const add = (field: string, description: string) => violations.push({ field, description });
  if (change.before === undefined && change.after === undefined) {
    add(path, "Nothing changes: give what was before, or after, or both");
  }
  for (const side of ["before", "after"] as const) {
    if (change[side] === undefined) continue;
    const kinded = { kind: change.kind, record: change[side] } as KindedRecord;
    const field = `${path}.${side}`;
    if (nameOf(kinded) !== change.name) {
      add(field, "Record is another one than the change names: give it as it was exported");
    }
    const newest = side === "after" ? revision : revision - 1;
    if (kinded.record.revision > newest) {
      add(`${field}.revision`, `Revision is above ${newest}, the newest that it can be`);
    }
    checkTimes(violations, kinded, field);
    checkRecord(violations, kinded, field);
  }
}
