import type { ClientRecord } from "./client-record.ts";
import type { ResolvedScope } from "./scope-index.ts";
import { instantiate, parseTemplate } from "./scope-template.ts";
import { TemplateIndex } from "./template-index.ts";

/** What one client may ask for. */
export interface ClientRights {
  /** The client's own defaults, in name order. */
  readonly defaults: readonly string[];
  /** Whether a scope is under the client's ceiling, by the requested name or another one of the scope's. */
  mayHave(requested: string, resolved: KnownNames): boolean;
  /** Whether the client holds a grant for a scope, under any of those names; of an instance also for its template. */
  holdsGrant(requested: string, resolved: KnownNames): boolean;
}

/** What a scope, or an instance of it, is known by. */
export type KnownNames = Pick<ResolvedScope, "scope" | "name" | "parameters">;

/** Reads a client's record. */
export function createClientRights({ allowedScopes, defaultScopes, grantedScopes }: ClientRecord): ClientRights {
  const allowed = new Set(allowedScopes);
  const patterns = patternsIn(allowedScopes);
  const granted = new Set(grantedScopes);
  const isAllowed = (name: string) => allowed.has(name) || patterns.match(name) !== undefined;
  const isGranted = (name: string) => granted.has(name);
  return {
    defaults: [...new Set(defaultScopes)].sort(),
    mayHave: (requested, resolved) => allowed.size === 0 || someName(requested, resolved, isAllowed),
    holdsGrant: (requested, resolved) => granted.size > 0 && someName(requested, resolved, isGranted),
  };
}

function patternsIn(entries: readonly string[]): TemplateIndex<true> {
  const patterns = new TemplateIndex<true>();
  for (const entry of entries) {
    const template = parseTemplate(entry);
    if (template !== undefined) patterns.set(template, true);
  }
  return patterns;
}

/** Whether something holds for a name under which a scope, or an instance of it, is known. */
function someName(
  requested: string,
  { scope, name, parameters }: KnownNames,
  holds: (name: string) => boolean,
): boolean {
  if (holds(requested) || holds(name) || holds(scope.name) || scope.aliases.some(holds)) return true;
  return parameters !== undefined && scope.aliases.some((alias) => holds(withParameters(alias, parameters)));
}

function withParameters(alias: string, parameters: Readonly<Record<string, string>>): string {
  const template = parseTemplate(alias);
  return template === undefined ? alias : instantiate(template, parameters);
}
