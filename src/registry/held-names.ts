import { SortedNames } from "./sorted-names.ts";

/** Names that several may hold for a moment: within one revision a name may come to its next holder before it leaves this one. */
export class HeldNames {
  readonly #names = new SortedNames();
  readonly #holders = new Map<string, number>();

  add(name: string): void {
    const holders = this.#holders.get(name) ?? 0;
    if (holders === 0) this.#names.add(name);
    this.#holders.set(name, holders + 1);
  }

  /** Takes one holder away, which is there. */
  remove(name: string): void {
    const holders = (this.#holders.get(name) ?? 0) - 1;
    if (holders > 0) {
      this.#holders.set(name, holders);
      return;
    }
    this.#holders.delete(name);
    this.#names.remove(name);
  }

  /** The names that are held, in order. Valid until the next addition or removal. */
  ordered(): readonly string[] {
    return this.#names.ordered();
  }
}
