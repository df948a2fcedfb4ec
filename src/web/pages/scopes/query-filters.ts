/** What a query narrows the list to, piece by piece. */
import type { ScopeQuery, StateName } from "../../navigation/place.ts";
import { STATE_WORDS } from "../../parts/state-words.ts";

/** One piece of it: something that can be taken away alone. */
export type QueryFilter =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "owner"; readonly value: string }
  | { readonly kind: "state"; readonly value: StateName }
  | { readonly kind: "resource"; readonly value: string }
  | { readonly kind: "default"; readonly value: "true" };

/** The pieces of a query, the words first. */
export function filtersOf({ text, owners, states, resources, defaultsOnly }: ScopeQuery): readonly QueryFilter[] {
  return [
    ...(text.trim() === "" ? [] : [{ kind: "text", value: text } as const]),
    ...owners.map((value) => ({ kind: "owner", value }) as const),
    ...states.map((value) => ({ kind: "state", value }) as const),
    ...resources.map((value) => ({ kind: "resource", value }) as const),
    ...(defaultsOnly ? [{ kind: "default", value: "true" } as const] : []),
  ];
}

/** The query with a piece more, or without it if it has it. */
export function toggled(query: ScopeQuery, filter: QueryFilter): ScopeQuery {
  switch (filter.kind) {
    case "text":
      return { ...query, text: query.text === filter.value ? "" : filter.value };
    case "owner":
      return { ...query, owners: withToggled(query.owners, filter.value) };
    case "state":
      return { ...query, states: withToggled(query.states, filter.value) };
    case "resource":
      return { ...query, resources: withToggled(query.resources, filter.value) };
    case "default":
      return { ...query, defaultsOnly: !query.defaultsOnly };
  }
}

/** A piece as people call it: its kind, and the value. */
export function filterWords({ kind, value }: QueryFilter): { readonly kind: string; readonly value: string } {
  switch (kind) {
    case "text":
      return { kind: "Words", value: value.trim() };
    case "owner":
      return { kind: "Owner", value: ownerWords(value) };
    case "state":
      return { kind: "State", value: STATE_WORDS[value] };
    case "resource":
      return { kind: "Resource", value };
    case "default":
      return { kind: "Default", value: "Defaults only" };
  }
}

/** An owner's name, or what stands for the one that has none. */
export function ownerWords(owner: string): string {
  return owner === "" ? "The registry itself" : owner;
}

function withToggled<T>(values: readonly T[], value: T): readonly T[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
}
