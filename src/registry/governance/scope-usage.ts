import { formatDay, isInForce, type ScopeRecord } from "@scope-registry/client/judging";
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
    const holders = new Set(names.flatMap((name) => [...view.grantHolders(name)]));
    const isDefault = (scope.isDefault && isInForce(scope)) || names.some((name) => view.isClientDefault(name));
    const isLate = lastDay !== undefined && lastDay >= today - IN_USE_DAYS;
    return {
      name: scope.name,
      lastValidatedDay: lastDay,
      clientIds,
      grantCount: holders.size,
      grantedClientIds: [...holders].slice(0, MAX_CLIENTS_TOLD).sort(),
      isDefault,
      inUse: isLate || holders.size > 0 || isDefault,
    };
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
  const clients = [...new Set(used.flatMap(({ clientIds, grantedClientIds }) => [...clientIds, ...grantedClientIds]))];
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
    ...(lastValidatedDay === undefined ? [] : [`last granted on ${formatDay(lastValidatedDay)}`]),
    ...(grantCount > 0 ? [grantCount === 1 ? "granted to 1 client" : `granted to ${grantCount} clients`] : []),
    ...(isDefault ? ["a default"] : []),
  ];
  return `${name}: ${facts.join(", ")}`;
}
