import { checkLimit, MAX_PARTY_LENGTH, MAX_SCOPE_NAME_LENGTH, type Violation } from "@scope-registry/client/judging";
import { CHANGE_KINDS } from "../../store/scope-log.ts";
import { invalidRequest } from "../invalid-request.ts";
import type { ChangesQuery } from "./governance.ts";
import { checkPageSize } from "./page.ts";

/**
 * Checks which changes are asked for.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkChangesQuery(query: ChangesQuery): void {
  const violations: Violation[] = [];
  checkLimit(violations, "scope", query.scope.length, MAX_SCOPE_NAME_LENGTH, "characters");
  checkLimit(violations, "resource_server", query.resourceServer.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, "client_id", query.clientId.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, "actor", query.actor.length, MAX_PARTY_LENGTH, "characters");
  checkKinds(violations, query.kinds);
  checkTimes(violations, query);
  checkRevision(violations, "since_revision", query.sinceRevision);
  checkRevision(violations, "before_revision", query.beforeRevision);
  checkPageSize(violations, query.pageSize);
  if (violations.length > 0) throw invalidRequest(violations);
}

function checkRevision(violations: Violation[], field: string, revision: number): void {
  if (Number.isSafeInteger(revision)) return;
  violations.push({ field, description: "Revision is too large: give one that the registry has answered" });
}

function checkKinds(violations: Violation[], kinds: ChangesQuery["kinds"]): void {
  checkLimit(violations, "kinds", kinds.length, CHANGE_KINDS.length, "kinds");
  kinds.slice(0, CHANGE_KINDS.length).forEach((kind, at) => {
    if (kind !== "UNRECOGNIZED") return;
    violations.push({ field: `kinds[${at}]`, description: "Kind is unknown: give one that the contract names" });
  });
}

function checkTimes(violations: Violation[], { startTime, endTime }: ChangesQuery): void {
  for (const [field, time] of [
    ["start_time", startTime],
    ["end_time", endTime],
  ] as const) {
    if (time === undefined || !Number.isNaN(time)) continue;
    violations.push({ field, description: "Time is out of range: give one from 0001-01-01 to 9999-12-31" });
  }
  if (startTime !== undefined && endTime !== undefined && endTime < startTime) {
    violations.push({ field: "end_time", description: "End is before the start: give a later one" });
  }
}
