import { isInForce, type ScopeRecord } from "@scope-registry/client/judging";
import type { ScopeUses } from "../../store/usage-store.ts";
import { templatesAmong } from "../families.ts";
import { namesInMessage, namesInMetadata } from "../listed-names.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryView } from "../registry-view.ts";
import { scopeMeant } from "../scope-meant.ts";
import type { ScopeUsage } from "./governance.ts";

/** For how many days after its last validation a scope counts as used. */
export const IN_USE_DAYS = 90;
/** The most clients that are told of one scope. */
export const MAX_CLIENTS_TOLD = 100;

/** Who was granted which scope, and the day that it is. */
export interface UsesByName {
  /** Days since 1970-01-01, in UTC. */
  readonly today: number;
  readonly uses: ReadonlyMap<string, ScopeUses>;
}

/** Who uses scopes: by what was validated, and by what the registry holds of clients. */
export function scopeUsage(
  view: RegistryView,
  scopes: readonly ScopeRecord[],
  { today, uses }: UsesByName,
): readonly ScopeUsage[] {
  return scopes.map((scope) => {
    const { lastDay, clientIds = [] } = uses.get(scope.name) ?? {};
    const names = clientNamesOf(view, scope);
    const grants = sum(names, (name) => view.grantCount(name));
    const isDefault = (scope.isDefault && isInForce(scope)) || sum(names, (name) => view.clientDefaultCount(name)) > 0;
    const isLate = lastDay !== undefined && lastDay >= today - IN_USE_DAYS;
    const inUse = isLate || grants > 0 || isDefault;
    return { name: scope.name, lastValidatedDay: lastDay, clientIds, grantCount: grants, isDefault, inUse };
  });
}

/** The names under which clients may have a scope: its own, and what clients have of its instances. */
function clientNamesOf(view: RegistryView, scope: ScopeRecord): readonly string[] {
  const names = [scope.name, ...scope.aliases];
  const instances = new Set<string>();
  for (const { head } of templatesAmong(names)) {
    for (const name of view.clientNamesUnder(head)) {
      if (!names.includes(name) && scopeMeant(view, name)?.scope === scope) instances.add(name);
    }
  }
  return [...names, ...instances];
}

function sum(names: readonly string[], count: (name: string) => number): number {
  return names.reduce((total, name) => total + count(name), 0);
}

/**
 * Refuses to take a scope away from those who use it.
 *
 * @param what what is to be done, for the message
 * @throws {RegistryError} SCOPE_IN_USE
 */
export function refuseInUse(usages: readonly ScopeUsage[], what: "disable" | "delete"): void {
  const used = usages.filter(({ inUse }) => inUse);
  const [first] = used;
  if (first === undefined) return;
  const names = used.map(({ name }) => name);
  const clients = [...new Set(used.flatMap(({ clientIds }) => clientIds))];
  throw new RegistryError(
    "SCOPE_IN_USE",
    `${namesInMessage(names)} is in use (${describe(first)}): ask ListScopeUsages who is concerned, or ${what} with force`,
    {
      metadata: { ...namesInMetadata("scopes", names), ...(clients.length > 0 && namesInMetadata("clients", clients)) },
    },
  );
}

function describe({ name, lastValidatedDay, grantCount, isDefault }: ScopeUsage): string {
  const facts = [
    ...(lastValidatedDay === undefined ? [] : [`last granted on ${dayText(lastValidatedDay)}`]),
    ...(grantCount > 0 ? [grantCount === 1 ? "1 grant" : `${grantCount} grants`] : []),
    ...(isDefault ? ["a default"] : []),
  ];
  return `${name}: ${facts.join(", ")}`;
}

/** A day as the wire writes it, YYYY-MM-DD. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
