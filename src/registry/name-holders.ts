import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RegistryView } from "./registry-view.ts";

/** Who has a name, and as what. */
export type NameHolder =
  | { readonly as: "scope" | "alias"; readonly owner: string; readonly scope: ScopeRecord }
  | { readonly as: "reservedName"; readonly owner: string; readonly scope?: undefined };

/** Who has exactly this name, as a scope, as an alias of one, or kept for it; undefined: it is free. */
export function holderOfName(view: RegistryView, name: string): NameHolder | undefined {
  const scope = view.scope(name);
  if (scope !== undefined) return { as: "scope", owner: scope.owner, scope };
  const renamed = view.aliasHolder(name);
  if (renamed !== undefined) return { as: "alias", owner: renamed.owner, scope: renamed };
  const reserved = view.reservedName(name);
  return reserved === undefined ? undefined : { as: "reservedName", owner: reserved.owner };
}

/** Whose a name is: of who has it, else of whose template, also a reserved one, it is an instance of. Undefined: nobody's. */
export function ownerOfName(view: RegistryView, name: string): string | undefined {
  const holder = view.scope(name) ?? view.aliasHolder(name) ?? view.reservedName(name);
  return (holder ?? view.matchTemplate(name) ?? view.reservedFamily(name))?.owner;
}
