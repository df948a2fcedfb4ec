import type { ScopeVerdict, VerdictStatusName } from "./judge-scopes.ts";
import type { ReadonlyScopeIndex, ResolvedScope } from "./scope-index.ts";
import { MAX_SCOPE_NAME_LENGTH } from "./scope-name.ts";
import { withValues } from "./scope-template.ts";

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

/** The name to ask for in place of a requested one: an alias stands for its scope's name. Empty: none. */
export function replacementOf({ scope, name, isAlias, parameters }: ResolvedScope): string {
  if (isAlias) return name;
  const { replacedBy } = scope;
  return parameters === undefined || replacedBy === "" ? replacedBy : withValues(replacedBy, parameters);
}

/** The verdict on a scope, which is not GRANTED, in a sentence within the characters of `error_description`. */
export function describeVerdict(
  name: string,
  status: Exclude<VerdictStatusName, "GRANTED">,
  resolved: ResolvedScope,
): string {
  if (status !== "DEPRECATED") return `Scope ${printable(name)} ${REFUSALS[status]}${adviceOn(resolved)}`;
  if (resolved.isAlias) return `Scope ${name} is another name of ${resolved.name}: ask for ${resolved.name}`;
  const { sunsetTime } = resolved.scope;
  const end = sunsetTime === undefined ? "" : ` and ends on ${new Date(sunsetTime).toISOString()}`;
  return `Scope ${name} is deprecated${end}${adviceOn(resolved)}`;
}

/** The verdict on a name that stands for nothing, in such a sentence. */
export function describeUnknown(
  name: string,
  status: "UNKNOWN" | "MALFORMED",
  scopes: Pick<ReadonlyScopeIndex, "get" | "aliasHolder">,
): string {
  const isTemplate = (scopes.get(name) ?? scopes.aliasHolder(name)) !== undefined;
  if (isTemplate) return `Scope ${name} is a template: ask for an instance, with values in place of the braces`;
  return `Scope ${printable(name)} ${REFUSALS[status]}`;
}

/** What replaces the scope itself; that an alias is one helps nobody whom the scope is refused to. */
function adviceOn(resolved: ResolvedScope): string {
  const replacement = replacementOf({ ...resolved, isAlias: false });
  return replacement === "" ? "" : `, ask for ${replacement} instead`;
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
