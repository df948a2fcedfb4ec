import { parseTemplate, type Violation } from "@scope-registry/client/judging";
import { MAX_ALIASES } from "./limits.ts";
import type { ScopeDefinition } from "./registration.ts";
import { scopeNameProblem } from "./text-rules.ts";

/** Notes what is wrong with the aliases of definitions: each is a scope name that stands nowhere else in the request. */
export function checkAliases(violations: Violation[], scopes: readonly ScopeDefinition[]): void {
  if (scopes.every(({ aliases }) => aliases.length === 0)) return;
  const taken = new Map(scopes.map(({ name }, at) => [name, `scopes[${at}]`]));
  scopes.forEach(({ name, aliases }, at) => {
    if (aliases.length > MAX_ALIASES) {
      const description = `${aliases.length} aliases are too many: give at most ${MAX_ALIASES}`;
      violations.push({ field: `scopes[${at}].aliases`, description });
      return;
    }
    aliases.forEach((alias, index) => {
      const field = `scopes[${at}].aliases[${index}]`;
      const place = taken.get(alias);
      const problem =
        place === undefined
          ? (scopeNameProblem(alias) ?? parameterProblem(name, alias))
          : `Alias stands at ${place} too: give each name once`;
      if (problem !== undefined) violations.push({ field, description: problem });
      taken.set(alias, `scopes[${at}].aliases`);
    });
  });
}

/** The values of an old name's parameters are put into the new name, so that both have the same ones. */
function parameterProblem(name: string, alias: string): string | undefined {
  const parametersOf = (text: string) => [...(parseTemplate(text)?.parameters ?? [])].sort().join(" ");
  if (parametersOf(name) === parametersOf(alias)) return undefined;
  return "Alias has other parameters than the scope's name: give both the same ones";
}
