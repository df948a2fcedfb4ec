import type { Judgement } from "./judge-scopes.ts";

/** The registered names of what a judgement grants, of an instance that of its template: what usage is counted by. */
export function grantedScopeNames({ valid, verdicts }: Judgement): readonly string[] {
  const names: string[] = [];
  if (!valid) return names;
  for (const { grantedName, scope } of verdicts) if (grantedName !== "" && scope !== undefined) names.push(scope.name);
  return names;
}
