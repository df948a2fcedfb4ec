import {
  type ClientRecord,
  checkLimit,
  isScopeName,
  isTemplateName,
  MAX_PARTY_LENGTH,
  parseTemplate,
  type ScopeRecord,
  type Violation,
} from "@scope-registry/client/judging";
import type { KindedRecord, ReservedNameRecord } from "../../store/scope-log.ts";
import { checkRegistration } from "../check-registration.ts";
import { MAX_GRANTS } from "../limits.ts";
import type { ScopeDefinition } from "../registration.ts";
import { RegistryError } from "../registry-error.ts";
import { checkResourceServer } from "./check-resource-server.ts";
import { checkClientPolicy } from "./client-policies.ts";

/** A definition that breaks no rule, but for its name. */
const BLANK_DEFINITION: Omit<ScopeDefinition, "name"> = {
  description: "Blank",
  isDefault: undefined,
  restricted: undefined,
  resources: [],
  consentTexts: {},
  deprecated: undefined,
  replacedBy: undefined,
  sunsetTime: undefined,
  unlisted: undefined,
  aliases: [],
};

/** Adds what is wrong with a record of an imported log, by the rules that what it was made of had to keep. */
export function checkRecord(violations: Violation[], { kind, record }: KindedRecord, path: string): void {
  if (kind === "scope") checkScope(violations, record, path);
  if (kind === "resourceServer") addRefused(violations, "resource_server", path, () => checkResourceServer(record));
  if (kind === "client") checkClient(violations, record, path);
  if (kind === "reservedName") checkReservedName(violations, record, path);
}

function checkScope(violations: Violation[], scope: ScopeRecord, path: string): void {
  checkLimit(violations, `${path}.owner`, scope.owner.length, MAX_PARTY_LENGTH, "characters");
  const { description, resources, consentTexts, replacedBy, sunsetTime, aliases } = scope;
  const definition = { ...BLANK_DEFINITION, name: definedName(scope.name) };
  const declared = { description, resources, consentTexts, replacedBy, sunsetTime, aliases };
  checkDefinition(violations, { ...definition, ...declared }, path);
  const proposals = { proposal: scope.proposal, refused_proposal: scope.refusedProposal };
  for (const [field, proposal] of Object.entries(proposals)) {
    if (proposal === undefined) continue;
    const proposed = { resources: proposal.resources, aliases: proposal.aliases };
    checkDefinition(violations, { ...definition, ...proposed }, `${path}.${field}`);
  }
}

/** Before there were templates a brace was a character as any other: a name with one is an exact one, and stays so. */
function definedName(name: string): string {
  const isExact = isScopeName(name) && parseTemplate(name) === undefined;
  return isExact && isTemplateName(name) ? "exact" : name;
}

function checkDefinition(violations: Violation[], definition: ScopeDefinition, path: string): void {
  const registration = { scopes: [definition], release: 0, validateOnly: true, displayName: "" };
  addRefused(violations, "scopes[0]", path, () =>
    checkRegistration({ ...registration, mode: "MERGE", expectedRevision: undefined }),
  );
}

function checkClient(violations: Violation[], client: ClientRecord, path: string): void {
  addRefused(violations, "client_policy", path, () => checkClientPolicy(client));
  const { grantedScopes } = client;
  checkLimit(violations, `${path}.granted_scopes`, grantedScopes.length, MAX_GRANTS, "names");
  grantedScopes.slice(0, MAX_GRANTS).forEach((name, at) => {
    checkName(violations, `${path}.granted_scopes[${at}]`, name);
  });
}

function checkReservedName(violations: Violation[], { name, owner }: ReservedNameRecord, path: string): void {
  checkName(violations, `${path}.name`, name);
  checkLimit(violations, `${path}.owner`, owner.length, MAX_PARTY_LENGTH, "characters");
  if (owner === "")
    violations.push({ field: `${path}.owner`, description: "Owner is missing: give whom it is kept for" });
}

function checkName(violations: Violation[], field: string, name: string): void {
  if (!isScopeName(name)) violations.push({ field, description: "This is no scope name (RFC 6749 section 3.3)" });
}

/** Adds what the check of a request refuses, by the paths that it has in an imported log. */
function addRefused(violations: Violation[], path: string, pathHere: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    for (const { field, description } of error.violations) {
      violations.push({ field: field.replace(path, () => pathHere), description });
    }
  }
}
