import type { ScopeQuery } from "../../navigation/place.ts";
import { FacetCounts } from "./facet-counts.ts";
import { foldText } from "./fold-text.ts";
import { matchRank, NOT_FOUND, RANKS } from "./match-rank.ts";
import { queryFilter } from "./query-filter.ts";
import type { ScopeEntry } from "./scope-entry.ts";
import type { ScopeStore } from "./scope-store.ts";

/** What a query finds. */
export interface FoundScopes {
  /** The best first; without words by name. */
  readonly entries: readonly ScopeEntry[];
  readonly counts: FacetCounts;
}

/** The scopes that hold all words of a text, by name, with how well they do. */
interface Matches {
  readonly version: number;
  readonly words: readonly string[];
  readonly entries: readonly ScopeEntry[];
  /** Empty where there are no words. */
  readonly ranks: readonly number[];
}

/** The words of a text, folded, each once. */
export function searchWords(text: string): readonly string[] {
  return [...new Set(foldText(text).split(/\s+/))].filter((word) => word !== "");
}

/** Searches what a store holds. What was found last is kept: it is asked for again when one scrolls, and types on. */
export class ScopeSearch {
  readonly #store: ScopeStore;
  #matches: Matches | undefined;
  #found: { readonly version: number; readonly key: string; readonly found: FoundScopes } | undefined;

  constructor(store: ScopeStore) {
    this.#store = store;
  }

  /** What a query finds in what is known now. */
  find(query: ScopeQuery): FoundScopes {
    const { version } = this.#store;
    const key = JSON.stringify(query);
    if (this.#found?.version === version && this.#found.key === key) return this.#found.found;
    const found = this.#filter(query, this.#match(searchWords(query.text)));
    this.#found = { version, key, found };
    return found;
  }

  #match(words: readonly string[]): Matches {
    const { version } = this.#store;
    const all = this.#store.entries();
    if (words.length === 0) return { version, words, entries: all, ranks: [] };
    const before = this.#matches;
    // Who types on can only lose what was found so far.
    const among = before?.version === version && isNarrower(words, before.words) ? before.entries : all;
    const entries: ScopeEntry[] = [];
    const ranks: number[] = [];
    for (const entry of among) {
      const rank = matchRank(entry, words);
      if (rank === NOT_FOUND) continue;
      entries.push(entry);
      ranks.push(rank);
    }
    this.#matches = { version, words, entries, ranks };
    return this.#matches;
  }

  #filter(query: ScopeQuery, { entries, ranks }: Matches): FoundScopes {
    const { values } = this.#store;
    const counts = new FacetCounts(values);
    const failsOf = queryFilter(query, values);
    const byRank: (ScopeEntry[] | undefined)[] = ranks.length === 0 ? [[]] : new Array(RANKS);
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as ScopeEntry;
      const fails = failsOf(entry);
      counts.add(entry, fails);
      if (fails !== 0) continue;
      const rank = ranks[at] ?? 0;
      const same = byRank[rank];
      if (same === undefined) byRank[rank] = [entry];
      else same.push(entry);
    }
    return { entries: byRank.filter((same) => same !== undefined).flat(), counts };
  }
}

/** Whether whatever holds these words holds those too. */
function isNarrower(words: readonly string[], than: readonly string[]): boolean {
  return than.every((wide) => words.some((word) => word.includes(wide)));
}
