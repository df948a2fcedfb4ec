/**
 * A set of names that is read in order. Additions and removals are put aside and merged when the order is next asked
 * for, so that loading many names sorts once, and one change costs the next reader one pass.
 *
 * The caller adds a name only once, and removes only what is there.
 */
export class SortedNames {
  #ordered: string[] = [];
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  /** How many names there are. */
  get size(): number {
    return this.#ordered.length + this.#added.size - this.#removed.size;
  }

  add(name: string): void {
    if (!this.#removed.delete(name)) this.#added.add(name);
  }

  remove(name: string): void {
    if (!this.#added.delete(name)) this.#removed.add(name);
  }

  /** The names, in code point order (names are ASCII). Valid until the next addition or removal. */
  ordered(): readonly string[] {
    if (this.#added.size > 0 || this.#removed.size > 0) this.#merge();
    return this.#ordered;
  }

  #merge(): void {
    const added = [...this.#added].sort();
    const merged: string[] = [];
    let next = 0;
    for (const name of this.#ordered) {
      if (this.#removed.has(name)) continue;
      for (let head = added[next]; head !== undefined && head < name; head = added[++next]) merged.push(head);
      merged.push(name);
    }
    for (let head = added[next]; head !== undefined; head = added[++next]) merged.push(head);
    this.#ordered = merged;
    this.#added.clear();
    this.#removed.clear();
  }
}

/** The first position in an ordered list that is not below `bound`. */
export function lowerBound(ordered: readonly string[], bound: string): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordered[middle] as string) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The names in an ordered list that begin with a text. Names of scopes end at 0x7E, so that a text followed by a higher
 * character stands behind all that begin with it.
 */
export function namesBeginningWith(ordered: readonly string[], text: string): readonly string[] {
  return text === "" ? ordered : ordered.slice(lowerBound(ordered, text), lowerBound(ordered, `${text}\x7f`));
}
