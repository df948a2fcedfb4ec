import { canonicalLanguageTag, type JudgeRequest, parseScopeParameter } from "@scope-registry/client/judging";
import { checkLimit, invalidRequest } from "./invalid-request.ts";
import { MAX_LOCALES, MAX_NAMES, MAX_PARTY_LENGTH, MAX_RESOURCES } from "./limits.ts";
import type { Violation } from "./registry-error.ts";
import { resourceProblem } from "./text-rules.ts";

/** A request to validate scopes: the meaning of the wire's `ValidateScopesRequest`. */
export interface Validation {
  readonly scopes: readonly string[];
  readonly scope: string;
  readonly clientId: string;
  readonly resources: readonly string[];
  /** UNRECOGNIZED, here and below: a value that the contract does not know. */
  readonly mode: JudgeRequest["mode"] | "UNRECOGNIZED";
  readonly view: "BASIC" | "CONSENT" | "UNRECOGNIZED";
  readonly locales: readonly string[];
}

/**
 * Checks a request to validate scopes, and says what is to be judged.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation. A bad scope name is none: it is judged as malformed.
 */
export function checkValidation(validation: Validation): JudgeRequest {
  const violations: Violation[] = [];
  const { scopes, scope, clientId, resources, locales, mode, view } = validation;
  if (scopes.length > 0 && scope !== "") {
    violations.push({ field: "scope", description: "Both scopes and scope are given: give one of them" });
  }
  const names = scope === "" ? scopes : namesIn(scope);
  checkLimit(violations, scope === "" ? "scopes" : "scope", names.length, MAX_NAMES, "names");
  checkLimit(violations, "client_id", clientId.length, MAX_PARTY_LENGTH, "characters");
  checkLimit(violations, "resources", resources.length, MAX_RESOURCES, "resources");
  checkLimit(violations, "locales", locales.length, MAX_LOCALES, "languages");
  if (resources.length <= MAX_RESOURCES) checkResources(violations, resources);
  const consentLocales = locales.length <= MAX_LOCALES ? checkLocales(violations, locales) : [];
  if (mode === "UNRECOGNIZED") {
    violations.push({ field: "mode", description: "Mode is unknown: give ALL_OR_NOTHING or NARROW" });
  }
  if (view === "UNRECOGNIZED") {
    violations.push({ field: "view", description: "View is unknown: give BASIC or CONSENT" });
  }
  if (violations.length > 0 || mode === "UNRECOGNIZED") throw invalidRequest(violations);
  return { scopes: names, resources, mode, consentLocales: view === "CONSENT" ? consentLocales : undefined };
}

/** The names in a `scope` parameter. One of spaces alone is no omitted one: it is judged, as malformed. */
function namesIn(scope: string): readonly string[] {
  const names = parseScopeParameter(scope);
  return names.length > 0 ? names : [scope];
}

function checkResources(violations: Violation[], resources: readonly string[]): void {
  resources.forEach((uri, at) => {
    const problem = resourceProblem(uri);
    if (problem !== undefined) violations.push({ field: `resources[${at}]`, description: problem });
  });
}

function checkLocales(violations: Violation[], locales: readonly string[]): readonly string[] {
  return locales.flatMap((tag, at) => {
    const canonical = canonicalLanguageTag(tag);
    if (canonical !== undefined) return [canonical];
    violations.push({
      field: `locales[${at}]`,
      description: "This is no BCP 47 language tag (RFC 5646): write it like en-US",
    });
    return [];
  });
}
