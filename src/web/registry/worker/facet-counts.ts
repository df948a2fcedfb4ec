import { type ScopeQuery, STATE_NAMES } from "../../navigation/place.ts";
import type { Facet, Facets, FacetValue } from "../feed.ts";
import { foldText } from "./fold-text.ts";
import type { NumberedValues } from "./numbered-values.ts";
import { FAILS, stateNumber } from "./query-filter.ts";
import type { ScopeEntry, ScopeValues } from "./scope-entry.ts";

/** As many values of a kind stand beside the list. */
const LISTED = 10;
/** As many are shown of all values of a kind. */
const MOST = 200;

/** Counts what a list could be narrowed to, by the numbers of the values. */
export class FacetCounts {
  readonly #values: ScopeValues;
  readonly #owners: Uint32Array;
  readonly #resources: Uint32Array;
  readonly #states = new Uint32Array(STATE_NAMES.length);
  #defaults = 0;

  constructor(values: ScopeValues) {
    this.#values = values;
    this.#owners = new Uint32Array(values.owners.size);
    this.#resources = new Uint32Array(values.resources.size);
  }

  /** Counts a scope. @param fails the filters that it fails; what fails only one counts in the facet of that one */
  add({ owner, resources, row }: ScopeEntry, fails: number): void {
    if ((fails & ~FAILS.owner) === 0) increment(this.#owners, owner);
    if ((fails & ~FAILS.state) === 0) increment(this.#states, stateNumber(row.state));
    if ((fails & ~FAILS.resource) === 0) for (const resource of resources) increment(this.#resources, resource);
    if ((fails & ~FAILS.defaults) === 0 && row.isDefault) this.#defaults += 1;
  }

  /** What stands beside a list. */
  facets({ owners, resources }: Pick<ScopeQuery, "owners" | "resources">): Facets {
    return {
      owners: listed(this.#owners, this.#values.owners, owners),
      states: STATE_NAMES.map((value, at) => ({ value, count: this.#states[at] ?? 0 })),
      resources: listed(this.#resources, this.#values.resources, resources),
      defaults: this.#defaults,
    };
  }

  /** The values of a kind that hold a text, the most frequent first. */
  all(kind: "owners" | "resources", text: string): Facet {
    const [counts, values] =
      kind === "owners" ? [this.#owners, this.#values.owners] : [this.#resources, this.#values.resources];
    const wanted = foldText(text.trim());
    const holding = (number: number) => wanted === "" || foldText(values.at(number)).includes(wanted);
    return mostFrequent(counts, values, MOST, holding);
  }
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

/** The most frequent values, and behind them those of the chosen ones that are not among them. */
function listed(counts: Uint32Array, values: NumberedValues, chosen: readonly string[]): Facet {
  const { values: most, total } = mostFrequent(counts, values, LISTED, () => true);
  const missing = chosen.filter((value) => !most.some((each) => each.value === value));
  return { values: [...most, ...missing.map((value) => ({ value, count: countOf(value, counts, values) }))], total };
}

function countOf(value: string, counts: Uint32Array, values: NumberedValues): number {
  const number = values.find(value);
  return number === undefined ? 0 : (counts[number] ?? 0);
}

function mostFrequent(
  counts: Uint32Array,
  values: NumberedValues,
  limit: number,
  isWanted: (number: number) => boolean,
): Facet {
  const numbers: number[] = [];
  for (let number = 0; number < counts.length; number++) {
    if ((counts[number] ?? 0) > 0 && isWanted(number)) numbers.push(number);
  }
  const frequent = bestOf(numbers, limit, (one, other) => {
    const more = (counts[other] ?? 0) - (counts[one] ?? 0);
    return more !== 0 ? more : values.at(one) < values.at(other) ? -1 : 1;
  });
  const most = frequent.map((number): FacetValue => ({ value: values.at(number), count: counts[number] ?? 0 }));
  return { values: most, total: numbers.length };
}

/** The first so many in order, without putting all of them in order. */
function bestOf(numbers: readonly number[], limit: number, order: (one: number, other: number) => number): number[] {
  const best: number[] = [];
  for (const number of numbers) {
    if (best.length === limit && order(number, best[limit - 1] as number) > 0) continue;
    let at = best.length;
    while (at > 0 && order(number, best[at - 1] as number) < 0) at--;
    best.splice(at, 0, number);
    if (best.length > limit) best.pop();
  }
  return best;
}
