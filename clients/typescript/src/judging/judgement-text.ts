import type { ScopeVerdict, VerdictStatusName } from "./judge-scopes.ts";
import { MAX_SCOPE_NAME_LENGTH } from "./scope-name.ts";
import type { ScopeRecord } from "./scope-record.ts";

const MAX_NAMES_IN_DESCRIPTION = 10;
const NOT_IN_ERROR_DESCRIPTION = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

const REFUSALS: Readonly<Record<Exclude<VerdictStatusName, "GRANTED" | "DEPRECATED">, string>> = {
  UNKNOWN: "is not registered",
  MALFORMED: "is no scope name (RFC 6749 section 3.3)",
  DISABLED: "is disabled",
  PENDING: "waits for a review",
  NOT_ALLOWED: "is not allowed for this client",
  WRONG_RESOURCE: "is not for the requested resource",
};

/** One verdict in a sentence, within the characters of `error_description`. Empty if GRANTED. */
export function describeVerdict(name: string, status: VerdictStatusName, scope: ScopeRecord | undefined): string {
  if (status === "GRANTED") return "";
  const advice = scope === undefined || scope.replacedBy === "" ? "" : `, ask for ${scope.replacedBy} instead`;
  if (status === "DEPRECATED") {
    const end = scope?.sunsetTime === undefined ? "" : ` and ends on ${new Date(scope.sunsetTime).toISOString()}`;
    return `Scope ${name} is deprecated${end}${advice}`;
  }
  return `Scope ${printable(name)} ${REFUSALS[status]}${advice}`;
}

/**
 * All that was refused, for `error_description`: printable ASCII without the quotation mark and the backslash
 * (RFC 6749 §5.2), at most ten scopes by name.
 */
export function describeRefusal(verdicts: readonly ScopeVerdict[]): string {
  if (verdicts.length === 0) return "No scope was requested and no default scope applies";
  const refused = verdicts.filter(({ status }) => status !== "GRANTED" && status !== "DEPRECATED");
  const named = refused.slice(0, MAX_NAMES_IN_DESCRIPTION).map(({ message }) => message);
  const rest = refused.length - named.length;
  return rest > 0 ? `${named.join("; ")}; and ${rest} more` : named.join("; ");
}

/** A name as it may stand in a message: shortened, each forbidden character shown as a question mark. */
function printable(name: string): string {
  return name.slice(0, MAX_SCOPE_NAME_LENGTH).replace(NOT_IN_ERROR_DESCRIPTION, "?");
}
