/** Who uses scopes: the messages and the registry's own types, into each other. */
import {
  checkLimit,
  formatDay,
  MAX_PARTY_LENGTH,
  MAX_SCOPE_NAME_LENGTH,
  parseDay,
  type Violation,
} from "@scope-registry/client/judging";
import type { ReportUsageRequest, ScopeUsage as ScopeUsageMessage } from "@scope-registry/client/messages";
import type { ScopeUsage } from "../../registry/governance/governance.ts";
import { invalidRequest } from "../../registry/invalid-request.ts";
import { estimateTextBytes } from "../../registry/record-size.ts";
import type { ScopeUse } from "../../store/usage-store.ts";

/** The most facts that one report may bring. */
const MAX_USES = 10_000;
/** How old a day may be that is reported, in days: a year and the day more that some have. */
const MAX_AGE_DAYS = 366;

/**
 * The facts of a report, out of its message.
 *
 * @param today the day that it is, by this server's clock
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function toScopeUses({ uses }: ReportUsageRequest, today: number): readonly ScopeUse[] {
  const violations: Violation[] = [];
  checkLimit(violations, "uses", uses.length, MAX_USES, "facts");
  if (violations.length > 0) throw invalidRequest(violations);
  const facts = uses.map(({ name, clientId, day }, at): ScopeUse => {
    checkLimit(violations, `uses[${at}].name`, name.length, MAX_SCOPE_NAME_LENGTH, "characters");
    checkLimit(violations, `uses[${at}].client_id`, clientId.length, MAX_PARTY_LENGTH, "characters");
    return { name, clientId, day: toDay(violations, `uses[${at}].day`, day, today) };
  });
  if (violations.length > 0) throw invalidRequest(violations);
  return facts;
}

function toDay(violations: Violation[], field: string, text: string, today: number): number {
  const day = parseDay(text);
  if (day === undefined) {
    violations.push({ field, description: "This is no day: write it like 2026-01-31, in UTC" });
    return today;
  }
  // Clocks differ, and so may what day it is.
  if (day < today - MAX_AGE_DAYS || day > today + 1) {
    violations.push({ field, description: "Day is too far from today: give one of the last year, in UTC" });
  }
  return day;
}

/**
 * Usages as their messages. Where they do not fit, each tells of fewer clients.
 *
 * @param most how many bytes they may take
 */
export function fromUsages(usages: readonly ScopeUsage[], most: number): ScopeUsageMessage[] {
  const clients = fittingClients(usages, most);
  return usages.map((usage) => ({
    $typeName: "scoperegistry.v1.ScopeUsage",
    name: usage.name,
    lastValidatedDay: usage.lastValidatedDay === undefined ? "" : formatDay(usage.lastValidatedDay),
    clientIds: usage.clientIds.slice(0, clients),
    grantCount: usage.grantCount,
    grantedClientIds: usage.grantedClientIds.slice(0, clients),
    isDefault: usage.isDefault,
    inUse: usage.inUse,
  }));
}

/** How many clients each usage may name, so that all fit: the same number for all, since nobody's are worth more. */
function fittingClients(usages: readonly ScopeUsage[], most: number): number {
  let bytes = usages.reduce((sum, { name }) => sum + estimateTextBytes([name, ""]), 0);
  const lists = usages.flatMap(({ clientIds, grantedClientIds }) => [clientIds, grantedClientIds]);
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let clients = 0; clients < longest; clients++) {
    for (const list of lists) bytes += estimateTextBytes(list.slice(clients, clients + 1));
    if (bytes > most) return clients;
  }
  return longest;
}
