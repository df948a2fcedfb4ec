import { audiencesOf } from "./audiences.ts";
import type { ReadonlyClientIndex } from "./client-index.ts";
import type { ClientRights } from "./client-rights.ts";
import { type ChosenConsentText, chooseConsentText } from "./consent-text.ts";
import { describeRefusal, describeUnknown, describeVerdict, replacementOf } from "./judgement-text.ts";
import type { OpenScope } from "./open-scope.ts";
import type { ReadonlyScopeIndex, ResolvedScope } from "./scope-index.ts";
import { isScopeName } from "./scope-name.ts";
import type { ScopeRecord } from "./scope-record.ts";
import { isDeprecated, isInForce } from "./scope-state.ts";

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
  readonly revision: number;
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
  /** The revision that the scopes were judged at. */
  readonly revision: number;
}

/** Judges the scopes of a token request. It reads the registry in memory and nothing else: no clock, no I/O. */
export function judgeScopes(registry: JudgedRegistry, request: JudgeRequest): Judgement {
  const rights = rightsOf(registry, request);
  return grantOpen(registry, request, rights) ?? judgeEach(registry, request, rights);
}

/** Whether {@link judgeScopes} would find a request valid. It costs little more than looking the names up. */
export function allowsScopes(registry: JudgedRegistry, request: JudgeRequest): boolean {
  const rights = rightsOf(registry, request);
  return isOpenTo(registry.scopes, request, rights) || judgeEach(registry, request, rights).valid;
}

function rightsOf({ clients }: JudgedRegistry, { clientId }: JudgeRequest): ClientRights | undefined {
  return clientId === "" ? undefined : clients.rightsOf(clientId);
}

/** Whether scopes are requested, and this client may be granted each of them for no other reason than that it is open. */
function isOpenTo(scopes: ReadonlyScopeIndex, request: JudgeRequest, rights: ClientRights | undefined): boolean {
  const isForAll = rights === undefined && request.resources.length === 0;
  const names = request.scopes;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    const open = scopes.open(name);
    if (open === undefined || !(isForAll || isFor(open, name, request, rights))) return false;
  }
  return names.length > 0;
}

/** Whether an open scope is for the resources that were requested, and under the client's ceiling. */
function isFor(
  { resources, verdict }: OpenScope,
  name: string,
  request: JudgeRequest,
  rights: ClientRights | undefined,
): boolean {
  return reaches(resources, request.resources) && (rights === undefined || rights.mayHave(name, verdict));
}

/** The judgement where {@link isOpenTo} holds, so that nothing is left to be weighed: what most requests are. */
function grantOpen(
  { scopes, revision }: JudgedRegistry,
  request: JudgeRequest,
  rights: ClientRights | undefined,
): Judgement | undefined {
  if (request.scopes.length === 0 || request.consentLocales !== undefined) return undefined;
  const found = findOpen(scopes, request, rights);
  if (found === undefined) return undefined;
  const count = found.length;
  const grantedScopes = new Array<string>(count);
  const verdicts = new Array<ScopeVerdict>(count);
  for (let at = 0; at < count; at++) {
    const { name, verdict } = found[at] as OpenScope;
    grantedScopes[at] = name;
    verdicts[at] = verdict;
  }
  return {
    valid: true,
    grantedScopes,
    audiences: audiencesOf(found, request.resources),
    defaultsApplied: false,
    verdicts,
    error: "",
    errorDescription: "",
    revision,
  };
}

/** The requested scopes, each once, where {@link isOpenTo} holds. Loops, as calls of `map` and `includes` cost more than the look-ups. */
function findOpen(
  scopes: ReadonlyScopeIndex,
  request: JudgeRequest,
  rights: ClientRights | undefined,
): readonly OpenScope[] | undefined {
  const names = request.scopes;
  const isForAll = rights === undefined && request.resources.length === 0;
  const found = new Array<OpenScope>(names.length);
  let count = 0;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    const open = scopes.open(name);
    if (open === undefined || !(isForAll || isFor(open, name, request, rights))) return undefined;
    // It stands at its place if it was found before; a place of an earlier judgement holds another one, or none.
    if (open.place < count && found[open.place] === open) continue;
    open.place = count;
    found[count++] = open;
  }
  if (count < found.length) found.length = count;
  return found;
}

function judgeEach(
  { scopes, revision }: JudgedRegistry,
  request: JudgeRequest,
  rights: ClientRights | undefined,
): Judgement {
  const { resources, consentLocales } = request;
  const defaultsApplied = request.scopes.length === 0;
  const names = defaultsApplied ? defaultNames(scopes, rights, resources) : withoutRepeats(request.scopes);
  const verdicts: ScopeVerdict[] = [];
  const granted: ResolvedScope[] = [];
  for (const name of names) {
    const resolved = scopes.resolve(name);
    if (resolved === undefined) {
      // A default that may not be granted was not asked for: it is left out, and refuses nothing.
      if (!defaultsApplied) verdicts.push(unknownVerdict(name, scopes));
      continue;
    }
    const status = judge(name, resolved, rights, resources);
    const may = status === "GRANTED" || status === "DEPRECATED";
    if (defaultsApplied && !may) continue;
    if (may) granted.push(resolved);
    verdicts.push({
      name,
      status,
      scope: resolved.scope,
      grantedName: may ? resolved.name : "",
      replacedBy: replacementOf(resolved),
      parameters: resolved.parameters,
      message: status === "GRANTED" ? "" : describeVerdict(name, status, resolved),
      consent: consentLocales && chooseConsentText(resolved.scope, consentLocales, resolved),
    });
  }
  const valid = granted.length > 0 && (request.mode === "NARROW" || granted.length === verdicts.length);
  return {
    valid,
    grantedScopes: valid ? namesOf(granted) : [],
    audiences: valid
      ? audiencesOf(
          granted.map(({ scope }) => scope),
          resources,
        )
      : [],
    defaultsApplied,
    verdicts,
    error: valid ? "" : refusedForTarget(scopes, verdicts, resources) ? "invalid_target" : "invalid_scope",
    errorDescription: valid ? "" : describeRefusal(verdicts),
    revision,
  };
}

/** The verdict on a name that stands for nothing. */
function unknownVerdict(name: string, scopes: ReadonlyScopeIndex): ScopeVerdict {
  const status = isScopeName(name) ? "UNKNOWN" : "MALFORMED";
  return {
    name,
    status,
    scope: undefined,
    grantedName: "",
    replacedBy: "",
    parameters: undefined,
    message: describeUnknown(name, status, scopes),
    consent: undefined,
  };
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
  if (!reaches(scope.resources, resources)) return "WRONG_RESOURCE";
  return isAlias || isDeprecated(scope) ? "DEPRECATED" : "GRANTED";
}

function reaches(tied: readonly string[], requested: readonly string[]): boolean {
  if (requested.length === 0 || tied.length === 0) return true;
  return tied.some((uri) => requested.includes(uri));
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
