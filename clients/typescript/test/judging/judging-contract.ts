/** What the contract says of a request's scopes, case by case and without a thought of speed. */
import type { ClientRecord, JudgeRequest, ScopeRecord, VerdictStatusName } from "../../src/judging/index.ts";
import { parametersByContract } from "./few-templates.ts";

/** What is registered. */
export interface World {
  readonly scopes: readonly ScopeRecord[];
  readonly clients: readonly ClientRecord[];
}

interface Meaning {
  readonly scope: ScopeRecord;
  readonly grantedName: string;
  readonly isAlias: boolean;
  readonly parameters: Record<string, string> | undefined;
}

const isTemplate = (name: string) => name.includes("{");

function aliasesOf({ state, proposal, aliases }: ScopeRecord): readonly string[] {
  return state === "PENDING" && proposal === undefined ? [] : aliases;
}

function isValid({ state, proposal }: ScopeRecord): boolean {
  return state === "PENDING" ? proposal !== undefined : state !== "DISABLED";
}

function fillIn(template: string, parameters: Record<string, string>): string {
  return Object.entries(parameters).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), template);
}

/** What a requested name stands for. */
function meaningOf({ scopes }: World, name: string): Meaning | undefined {
  if (isTemplate(name)) return undefined;
  const own = scopes.find((scope) => scope.name === name);
  if (own !== undefined) return { scope: own, grantedName: name, isAlias: false, parameters: undefined };
  const renamed = scopes.find((scope) => aliasesOf(scope).includes(name));
  if (renamed !== undefined) {
    return { scope: renamed, grantedName: renamed.name, isAlias: true, parameters: undefined };
  }
  for (const scope of scopes.filter((each) => isTemplate(each.name))) {
    for (const template of [scope.name, ...aliasesOf(scope)]) {
      const parameters = parametersByContract(template, name);
      if (parameters === undefined) continue;
      return { scope, grantedName: fillIn(scope.name, parameters), isAlias: template !== scope.name, parameters };
    }
  }
  return undefined;
}

/** All names under which a client may have been allowed a requested one. */
function namesFor(requested: string, { scope, grantedName, parameters }: Meaning): readonly string[] {
  const names = [requested, grantedName, scope.name, ...scope.aliases];
  return parameters === undefined ? names : [...names, ...scope.aliases.map((alias) => fillIn(alias, parameters))];
}

function statusOf(world: World, name: string, request: JudgeRequest): VerdictStatusName {
  const meaning = meaningOf(world, name);
  if (meaning === undefined) return /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/.test(name) ? "UNKNOWN" : "MALFORMED";
  const { scope, isAlias } = meaning;
  if (!isValid(scope)) return scope.state === "PENDING" ? "PENDING" : "DISABLED";
  const client = request.clientId === "" ? undefined : world.clients.find((one) => one.clientId === request.clientId);
  const names = namesFor(name, meaning);
  if (scope.restricted && !names.some((one) => client?.grantedScopes.includes(one))) return "NOT_ALLOWED";
  const ceiling = client?.allowedScopes ?? [];
  const isUnder = (one: string) =>
    ceiling.some((entry) => entry === one || (isTemplate(entry) && parametersByContract(entry, one) !== undefined));
  if (ceiling.length > 0 && !names.some(isUnder)) return "NOT_ALLOWED";
  const isTied = request.resources.length > 0 && scope.resources.length > 0;
  if (isTied && !request.resources.some((uri) => scope.resources.includes(uri))) return "WRONG_RESOURCE";
  const deprecated = scope.state === "PENDING" ? scope.deprecated : scope.state === "DEPRECATED";
  return deprecated || isAlias ? "DEPRECATED" : "GRANTED";
}

/** The judgement that the contract asks for, without its texts. */
export function judgeByContract(world: World, request: JudgeRequest) {
  const { resources, mode } = request;
  const mayBeGranted = (name: string) => ["GRANTED", "DEPRECATED"].includes(statusOf(world, name, request));
  const defaultsApplied = request.scopes.length === 0;
  let names = request.scopes.filter((name, at) => request.scopes.indexOf(name) === at);
  if (defaultsApplied) {
    const client = request.clientId === "" ? undefined : world.clients.find((one) => one.clientId === request.clientId);
    const defaults = world.scopes.filter((scope) => scope.isDefault && isValid(scope));
    const tied = defaults.filter((scope) => scope.resources.some((uri) => resources.includes(uri)));
    const untied = defaults.filter((scope) => scope.resources.length === 0);
    const everybodys = (tied.length > 0 ? tied : untied).map(({ name }) => name);
    const own = client?.defaultScopes ?? [];
    names = [...new Set(own.length > 0 ? own : everybodys)].sort().filter(mayBeGranted);
  }
  const meanings = names.filter(mayBeGranted).flatMap((name) => meaningOf(world, name) ?? []);
  const refused = names.filter((name) => !mayBeGranted(name));
  const valid = meanings.length > 0 && (mode === "NARROW" || refused.length === 0);
  const audiences = meanings
    .flatMap(({ scope }) => scope.resources)
    .filter((uri) => resources.length === 0 || resources.includes(uri));
  const isForTarget =
    refused.length > 0 &&
    refused.every((name) => statusOf(world, name, request) === "WRONG_RESOURCE") &&
    !world.scopes.some((scope) => scope.resources.some((uri) => resources.includes(uri)));
  return {
    valid,
    grantedScopes: valid ? [...new Set(meanings.map(({ grantedName }) => grantedName))] : [],
    audiences: valid ? [...new Set(audiences)].sort() : [],
    defaultsApplied,
    verdicts: names.map((name) => {
      const meaning = meaningOf(world, name);
      return {
        name,
        status: statusOf(world, name, request),
        scope: meaning?.scope,
        grantedName: mayBeGranted(name) ? meaning?.grantedName : "",
        parameters: meaning?.parameters,
      };
    }),
    error: valid ? "" : isForTarget ? "invalid_target" : "invalid_scope",
  };
}
