import type { JudgeRequest } from "./judge-scopes.ts";
import { canonicalLanguageTag } from "./language-tag.ts";
import { resourceProblem } from "./resource-uri.ts";
import { parseScopeParameter } from "./scope-name.ts";
import { checkLimit, type Violation } from "./violation.ts";

/** The most names in one request to validate or to list. */
export const MAX_NAMES = 1_000;
/** The most characters of an owner's or a client's name. */
export const MAX_PARTY_LENGTH = 512;
/** The most resources that one scope may be tied to, and that one token request may name. */
export const MAX_RESOURCES = 20;
/** The most languages that a consent text may be asked for in. */
export const MAX_LOCALES = 20;

/** A request to validate scopes: the meaning of the wire's `ValidateScopesRequest`. */
export interface Validation {
  /** The requested names. Either this or `scope`. */
  readonly scopes: readonly string[];
  /** The requested names as OAuth's `scope` parameter gives them (RFC 6749 §3.3). Both empty: the defaults are judged. */
  readonly scope: string;
  /** The OAuth client that asks; empty: none. */
  readonly clientId: string;
  /** The `resource` parameters of the request (RFC 8707 §2). */
  readonly resources: readonly string[];
  /** Whether one refused scope refuses the request. UNRECOGNIZED, here and below: a value that the contract does not know. */
  readonly mode: JudgeRequest["mode"] | "UNRECOGNIZED";
  /** CONSENT: with the consent text in the best of `locales`. */
  readonly view: "BASIC" | "CONSENT" | "UNRECOGNIZED";
  /** The user's languages, best first, as BCP 47 tags (`ui_locales`). */
  readonly locales: readonly string[];
}

/** What is to be judged, or every rule that the request breaks. */
export type ReadValidation =
  | { readonly request: JudgeRequest }
  | { readonly request?: undefined; readonly violations: readonly Violation[] };

/** Checks a request to validate scopes. A bad scope name breaks no rule: it is judged as malformed. */
export function readValidation(validation: Validation): ReadValidation {
  const { scopes, scope, clientId, resources, locales, mode, view } = validation;
  if (scope === "" && resources.length === 0 && view === "BASIC" && locales.length === 0 && mode !== "UNRECOGNIZED") {
    // As most requests are: too long is all that they can be.
    if (scopes.length <= MAX_NAMES && clientId.length <= MAX_PARTY_LENGTH) {
      return { request: { scopes, clientId, resources, mode, consentLocales: undefined } };
    }
  }
  const violations: Violation[] = [];
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
  if (violations.length > 0 || mode === "UNRECOGNIZED") return { violations };
  return {
    request: {
      scopes: names,
      clientId,
      resources,
      mode,
      consentLocales: view === "CONSENT" ? consentLocales : undefined,
    },
  };
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
