import { isScopeName, parametersIn, parseTemplate } from "@scope-registry/client/judging";
import { ALL_SCOPES } from "../navigation/place.ts";
import type { Calls } from "../registry/calls.ts";
import type { Feed, ScopeRow } from "../registry/feed.ts";
import { searchesFor, templateBeginnings } from "./names-like.ts";

/** How many names are told, and how many are looked at for an alias. */
const NEAREST = 8;
const LOOKED_AT = 50;

/** What there is in place of a name that no scope has. */
export interface Near {
  /** The scope that the name is another name of. */
  readonly aliasOf: string | undefined;
  /** The family that it is an instance of. */
  readonly family: string | undefined;
  readonly nearest: readonly ScopeRow[];
}

/** Looks for what there is in place of a name that no scope has. */
export async function findNear(name: string, calls: Calls, feed: Feed, signal: AbortSignal): Promise<Near> {
  const [family, nearest] = await Promise.all([familyOf(name, calls, signal), nearestTo(name, feed, signal)]);
  return { family, aliasOf: await aliasOf(name, nearest, calls, signal), nearest: nearest.slice(0, NEAREST) };
}

async function familyOf(name: string, { registry }: Calls, signal: AbortSignal): Promise<string | undefined> {
  if (!isScopeName(name)) return undefined;
  const pages = await Promise.all(
    templateBeginnings(name).map((namePrefix) => registry.listScopes({ namePrefix, pageSize: 1_000 }, { signal })),
  );
  return pages
    .flatMap(({ scopes }) => scopes)
    .map((scope) => parseTemplate(scope.name))
    .find((template) => template !== undefined && parametersIn(template, name) !== undefined)?.name;
}

async function nearestTo(name: string, feed: Feed, signal: AbortSignal): Promise<readonly ScopeRow[]> {
  for (const text of searchesFor(name)) {
    const { rows } = await feed.list({ ...ALL_SCOPES, text }, { start: 0, count: LOOKED_AT }, signal);
    if (rows.length > 0) return rows;
  }
  return [];
}

/** The search finds scopes by their aliases too, and only the scopes themselves tell them. */
async function aliasOf(
  name: string,
  found: readonly ScopeRow[],
  { registry }: Calls,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (found.length === 0) return undefined;
  const { scopes } = await registry.listScopes(
    { names: found.map((row) => row.name), pageSize: LOOKED_AT },
    { signal },
  );
  return scopes.find(({ aliases }) => aliases.includes(name))?.name;
}
