import { namesBeginningWith, SortedNames } from "./sorted-names.ts";

/** A name prefix and the resource server that holds it. */
export interface PrefixClaim {
  readonly prefix: string;
  readonly holder: string;
}

/** The name prefixes that resource servers hold. */
export class PrefixClaims {
  readonly #holders = new Map<string, string>();
  readonly #sorted = new SortedNames();
  /** How many prefixes there are of each length, so that a name is looked up by few of its beginnings. */
  readonly #lengths = new Map<number, number>();

  add(holder: string, prefixes: readonly string[]): void {
    for (const prefix of prefixes) {
      if (!this.#holders.has(prefix)) {
        this.#sorted.add(prefix);
        this.#count(prefix.length, 1);
      }
      this.#holders.set(prefix, holder);
    }
  }

  remove(prefixes: readonly string[]): void {
    for (const prefix of prefixes) {
      if (!this.#holders.delete(prefix)) continue;
      this.#sorted.remove(prefix);
      this.#count(prefix.length, -1);
    }
  }

  /** The claim that a name begins with. */
  over(name: string): PrefixClaim | undefined {
    for (const length of this.#lengths.keys()) {
      const prefix = name.slice(0, length);
      const holder = length <= name.length ? this.#holders.get(prefix) : undefined;
      if (holder !== undefined) return { prefix, holder };
    }
    return undefined;
  }

  /** The claims that begin with a text, in order. */
  *under(text: string): Generator<PrefixClaim> {
    for (const prefix of namesBeginningWith(this.#sorted.ordered(), text)) {
      const holder = this.#holders.get(prefix);
      if (holder !== undefined) yield { prefix, holder };
    }
  }

  #count(length: number, by: 1 | -1): void {
    const count = (this.#lengths.get(length) ?? 0) + by;
    if (count === 0) this.#lengths.delete(length);
    else this.#lengths.set(length, count);
  }
}
