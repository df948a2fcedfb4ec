import { type ScopeQuery, STATE_NAMES, type StateName } from "../../navigation/place.ts";
import type { NumberedValues } from "./numbered-values.ts";
import type { ScopeEntry, ScopeValues } from "./scope-entry.ts";

/** What a list can be narrowed to, a bit each. */
export const FAILS = { owner: 1, state: 2, resource: 4, defaults: 8 } as const;

/** The number of a state, as counts of them are kept. */
export function stateNumber(state: StateName): number {
  return STATE_NAMES.indexOf(state);
}

/** Makes what tells which of a query's filters a scope fails, as a sum of {@link FAILS}. 0: it is in the list, if its words are. */
export function queryFilter(query: ScopeQuery, values: ScopeValues): (entry: ScopeEntry) => number {
  const owners = numbersOf(query.owners, values.owners);
  const resources = numbersOf(query.resources, values.resources);
  const states = query.states.length === 0 ? undefined : new Set<StateName>(query.states);
  return ({ owner, resources: tiedTo, row }) =>
    (owners === undefined || owners.has(owner) ? 0 : FAILS.owner) |
    (states === undefined || states.has(row.state) ? 0 : FAILS.state) |
    (resources === undefined || tiedTo.some((each) => resources.has(each)) ? 0 : FAILS.resource) |
    (!query.defaultsOnly || row.isDefault ? 0 : FAILS.defaults);
}

/** Undefined: nothing was chosen, and anything will do. */
function numbersOf(chosen: readonly string[], values: NumberedValues): ReadonlySet<number | undefined> | undefined {
  return chosen.length === 0 ? undefined : new Set(chosen.map((value) => values.find(value)));
}
