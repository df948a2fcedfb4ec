import type { ReadonlyClientIndex } from "./client-index.ts";
import type { ClientRights } from "./client-rights.ts";
import { type ChosenConsentText, chooseConsentText } from "./consent-text.ts";
import { describeRefusal, describeVerdict, replacementOf } from "./judgement-text.ts";
import type { ReadonlyScopeIndex, ResolvedScope } from "./scope-index.ts";
import { isScopeName } from "./scope-name.ts";
import type { ScopeRecord } from "./scope-record.ts";
import { isInForce } from "./scope-state.ts";

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

/** What requests are judged against. */
export interface JudgedRegistry {
  readonly scopes: ReadonlyScopeIndex;
  readonly clients: ReadonlyClientIndex;
}

/** A token request's scopes, to be judged. */
export interface JudgeRequest {
  /** The requested names, in order. Empty: the defaults are judged. */
  readonly scopes: readonly string[];
  /** The OAuth client that asks; empty: none. One without a record has no grants and no ceiling. */
  readonly clientId: string;
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
  /** The scope that the name stands for: of an instance its template, of an alias the scope that has it. */
  readonly scope: ScopeRecord | undefined;
  /** What is granted: the scope's name, or its template with the values put in. Empty if the name may not be granted. */
  readonly grantedName: string;
  /** The name to ask for in place of this one; empty: none. */
  readonly replacedBy: string;
  /** The values of the template's parameters, if the name is an instance. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
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

/** Judges the scopes of a token request. It reads the registry in memory and nothing else: no clock, no I/O. */
export function judgeScopes(registry: JudgedRegistry, request: JudgeRequest): Judgement {
  const { scopes } = registry;
  const { resources, consentLocales } = request;
  const rights = request.clientId === "" ? undefined : registry.clients.rightsOf(request.clientId);
  const defaultsApplied = request.scopes.length === 0;
  const names = defaultsApplied ? defaultNames(scopes, rights, resources) : withoutRepeats(request.scopes);
  const verdicts: ScopeVerdict[] = [];
  const granted: ResolvedScope[] = [];
  for (const name of names) {
    const resolved = scopes.resolve(name);
    const status = resolved === undefined ? statusOfUnknown(name) : judge(name, resolved, rights, resources);
    const may = status === "GRANTED" || status === "DEPRECATED";
    // A default that may not be granted was not asked for: it is left out, and refuses nothing.
    if (defaultsApplied && !may) continue;
    if (may && resolved !== undefined) granted.push(resolved);
    verdicts.push({
      name,
      status,
      scope: resolved?.scope,
      grantedName: may && resolved !== undefined ? resolved.name : "",
      replacedBy: resolved === undefined ? "" : replacementOf(resolved),
      parameters: resolved?.parameters,
      message: status === "GRANTED" ? "" : describeVerdict(name, status, resolved, scopes),
      consent:
        resolved === undefined || consentLocales === undefined
          ? undefined
          : chooseConsentText(resolved.scope, consentLocales, resolved),
    });
  }
  const valid = granted.length > 0 && (request.mode === "NARROW" || granted.length === verdicts.length);
  return {
    valid,
    grantedScopes: valid ? namesOf(granted) : [],
    audiences: valid ? audiencesOf(granted, resources) : [],
    defaultsApplied,
    verdicts,
    error: valid ? "" : refusedForTarget(scopes, verdicts, resources) ? "invalid_target" : "invalid_scope",
    errorDescription: valid ? "" : describeRefusal(verdicts),
  };
}

function statusOfUnknown(name: string): VerdictStatusName {
  return isScopeName(name) ? "UNKNOWN" : "MALFORMED";
}

function judge(
  name: string,
  resolved: ResolvedScope,
  rights: ClientRights | undefined,
  resources: readonly string[],
): VerdictStatusName {
  const { scope, isAlias } = resolved;
  if (!isInForce(scope)) return scope.state === "PENDING" ? "PENDING" : "DISABLED";
  if (scope.restricted && rights?.holdsGrant(name, resolved) !== true) return "NOT_ALLOWED";
  if (rights?.mayHave(name, resolved) === false) return "NOT_ALLOWED";
  if (!reaches(scope, resources)) return "WRONG_RESOURCE";
  return isAlias || isDeprecated(scope) ? "DEPRECATED" : "GRANTED";
}

/** A scope with a change of it under review is as it was before. */
function isDeprecated({ state, deprecated }: ScopeRecord): boolean {
  return state === "PENDING" ? deprecated : state === "DEPRECATED";
}

function reaches(scope: ScopeRecord, resources: readonly string[]): boolean {
  if (resources.length === 0 || scope.resources.length === 0) return true;
  return scope.resources.some((uri) => resources.includes(uri));
}

/** The client's own defaults, else those of the requested resources, else those that are tied to none (RFC 6749 §3.3). */
function defaultNames(
  scopes: ReadonlyScopeIndex,
  rights: ClientRights | undefined,
  resources: readonly string[],
): readonly string[] {
  if (rights !== undefined && rights.defaults.length > 0) return rights.defaults;
  // One that is not valid stands for nothing, and in nobody's way.
  const defaults = scopes.defaults().filter(isInForce);
  const tied = defaults.filter((scope) => scope.resources.some((uri) => resources.includes(uri)));
  const chosen = tied.length > 0 ? tied : defaults.filter((scope) => scope.resources.length === 0);
  return chosen.map((scope) => scope.name);
}

/** The names to grant, each once. Only an alias can stand for what is there already. */
function namesOf(granted: readonly ResolvedScope[]): readonly string[] {
  const names = granted.map(({ name }) => name);
  return granted.some(({ isAlias }) => isAlias) ? withoutRepeats(names) : names;
}

function withoutRepeats(names: readonly string[]): readonly string[] {
  const distinct = new Set(names);
  return distinct.size === names.length ? names : [...distinct];
}

function audiencesOf(granted: readonly ResolvedScope[], requested: readonly string[]): string[] {
  const audiences = new Set<string>();
  for (const { scope } of granted) {
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
  scopes: ReadonlyScopeIndex,
  verdicts: readonly ScopeVerdict[],
  resources: readonly string[],
): boolean {
  const refused = verdicts.filter(({ status }) => status !== "GRANTED" && status !== "DEPRECATED");
  return (
    refused.length > 0 &&
    refused.every(({ status }) => status === "WRONG_RESOURCE") &&
    !resources.some((uri) => scopes.hasResource(uri))
  );
}
