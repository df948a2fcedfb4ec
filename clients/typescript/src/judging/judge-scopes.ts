import { type ChosenConsentText, chooseConsentText } from "./consent-text.ts";
import { describeRefusal, describeVerdict } from "./judgement-text.ts";
import type { ReadonlyScopeIndex } from "./scope-index.ts";
import { isScopeName } from "./scope-name.ts";
import type { ScopeRecord } from "./scope-record.ts";

/** The judgement of one scope: the names of the wire's `VerdictStatus`. */
export type VerdictStatusName =
  | "GRANTED"
  | "DEPRECATED"
  | "UNKNOWN"
  | "MALFORMED"
  | "DISABLED"
  | "PENDING"
  | "NOT_ALLOWED"
  | "WRONG_RESOURCE";

/** A token request's scopes, to be judged. */
export interface JudgeRequest {
  /** The requested names, in order. Empty: the defaults are judged. */
  readonly scopes: readonly string[];
  /** The requested resources (RFC 8707 §2). Empty: none was named. */
  readonly resources: readonly string[];
  /** ALL_OR_NOTHING: one refused scope refuses the request. NARROW: refused scopes are left out. */
  readonly mode: "ALL_OR_NOTHING" | "NARROW";
  /** Canonical BCP 47 tags, best first, to answer consent texts in; undefined: no consent texts are wanted. */
  readonly consentLocales: readonly string[] | undefined;
}

/** The judgement of one scope. */
export interface ScopeVerdict {
  readonly name: string;
  readonly status: VerdictStatusName;
  readonly scope: ScopeRecord | undefined;
  /** The judgement in a sentence; empty if GRANTED. */
  readonly message: string;
  readonly consent: ChosenConsentText | undefined;
}

/** What the authorization server may grant. It has the meaning of the wire's `ValidateScopesResponse`. */
export interface Judgement {
  readonly valid: boolean;
  readonly grantedScopes: readonly string[];
  readonly audiences: readonly string[];
  readonly defaultsApplied: boolean;
  readonly verdicts: readonly ScopeVerdict[];
  /** The OAuth error code (RFC 6749 §5.2, RFC 8707 §2); empty if valid. */
  readonly error: "" | "invalid_scope" | "invalid_target";
  /** A text for `error_description`; empty if valid. */
  readonly errorDescription: string;
}

/** Judges the scopes of a token request. It reads the index and nothing else: no clock, no I/O. */
export function judgeScopes(index: ReadonlyScopeIndex, request: JudgeRequest): Judgement {
  const defaultsApplied = request.scopes.length === 0;
  const names = defaultsApplied ? defaultNames(index, request.resources) : withoutRepeats(request.scopes);
  const verdicts: ScopeVerdict[] = [];
  const granted: ScopeRecord[] = [];
  for (const name of names) {
    const scope = index.get(name);
    const status = judge(name, scope, request.resources);
    const may = status === "GRANTED" || status === "DEPRECATED";
    // A default that may not be granted was not asked for: it is left out, and refuses nothing.
    if (defaultsApplied && !may) continue;
    if (may && scope !== undefined) granted.push(scope);
    verdicts.push({
      name,
      status,
      scope,
      message: describeVerdict(name, status, scope),
      consent:
        scope === undefined || request.consentLocales === undefined
          ? undefined
          : chooseConsentText(scope, request.consentLocales),
    });
  }
  const valid = granted.length > 0 && (request.mode === "NARROW" || granted.length === verdicts.length);
  return {
    valid,
    grantedScopes: valid ? granted.map((scope) => scope.name) : [],
    audiences: valid ? audiencesOf(granted, request.resources) : [],
    defaultsApplied,
    verdicts,
    error: valid ? "" : refusedForTarget(index, verdicts, request.resources) ? "invalid_target" : "invalid_scope",
    errorDescription: valid ? "" : describeRefusal(verdicts),
  };
}

function judge(name: string, scope: ScopeRecord | undefined, resources: readonly string[]): VerdictStatusName {
  if (scope === undefined) return isScopeName(name) ? "UNKNOWN" : "MALFORMED";
  if (scope.state === "DISABLED" || scope.state === "PENDING") return scope.state;
  if (scope.restricted) return "NOT_ALLOWED";
  if (!reaches(scope, resources)) return "WRONG_RESOURCE";
  return scope.state === "DEPRECATED" ? "DEPRECATED" : "GRANTED";
}

function reaches(scope: ScopeRecord, resources: readonly string[]): boolean {
  if (resources.length === 0 || scope.resources.length === 0) return true;
  return scope.resources.some((uri) => resources.includes(uri));
}

/** The defaults of the requested resources, else those that are tied to none (RFC 6749 §3.3). */
function defaultNames(index: ReadonlyScopeIndex, resources: readonly string[]): string[] {
  const defaults = index.defaults();
  const tied = defaults.filter((scope) => scope.resources.some((uri) => resources.includes(uri)));
  const chosen = tied.length > 0 ? tied : defaults.filter((scope) => scope.resources.length === 0);
  return chosen.map((scope) => scope.name);
}

function withoutRepeats(names: readonly string[]): readonly string[] {
  const distinct = new Set(names);
  return distinct.size === names.length ? names : [...distinct];
}

function audiencesOf(granted: readonly ScopeRecord[], requested: readonly string[]): string[] {
  const audiences = new Set<string>();
  for (const scope of granted) {
    for (const uri of scope.resources) {
      if (requested.length === 0 || requested.includes(uri)) audiences.add(uri);
    }
  }
  return [...audiences].sort(byCodePoint);
}

/** URIs are ASCII (RFC 3986 §2), so that UTF-16 order is code point order. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the requested resources are what is wrong: nobody has any of them, and nothing else was refused. */
function refusedForTarget(
  index: ReadonlyScopeIndex,
  verdicts: readonly ScopeVerdict[],
  resources: readonly string[],
): boolean {
  const refused = verdicts.filter(({ status }) => status !== "GRANTED" && status !== "DEPRECATED");
  return (
    refused.length > 0 &&
    refused.every(({ status }) => status === "WRONG_RESOURCE") &&
    !resources.some((uri) => index.hasResource(uri))
  );
}
