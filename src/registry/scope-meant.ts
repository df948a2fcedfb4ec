import { instantiate, parametersIn, parseTemplate, type ScopeRecord } from "@scope-registry/client/judging";
import type { RegistryView } from "./registry-view.ts";

/** The scope that a name stands for, and the name under which it is granted. */
export interface ScopeMeant {
  readonly scope: ScopeRecord;
  /** The scope's own name; of an instance the one with the same values. */
  readonly name: string;
}

/** What a name stands for, as judging has it: a registered scope, an alias of one, or an instance of a template or its alias. */
export function scopeMeant(view: RegistryView, name: string): ScopeMeant | undefined {
  const scope = view.scope(name) ?? view.aliasHolder(name);
  if (scope !== undefined) return { scope, name: scope.name };
  const family = view.matchTemplate(name);
  return family && { scope: family, name: instanceOf(family, name) };
}

function instanceOf({ name: own, aliases }: ScopeRecord, name: string): string {
  const template = parseTemplate(own);
  if (template === undefined || parametersIn(template, name) !== undefined) return name;
  for (const alias of aliases) {
    const other = parseTemplate(alias);
    const parameters = other && parametersIn(other, name);
    if (parameters !== undefined) return instantiate(template, parameters);
  }
  return name;
}
