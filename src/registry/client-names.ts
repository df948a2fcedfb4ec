import type { ClientRecord } from "@scope-registry/client/judging";
import { namesBeginningWith, SortedNames } from "./sorted-names.ts";

/** How many clients name a scope, in one of their lists. */
class NameCounts {
  readonly #counts = new Map<string, number>();
  readonly #names = new SortedNames();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** The names that begin with a text. */
  under(text: string): readonly string[] {
    return namesBeginningWith(this.#names.ordered(), text);
  }

  add(names: readonly string[]): void {
    for (const name of names) {
      const count = this.of(name);
      if (count === 0) this.#names.add(name);
      this.#counts.set(name, count + 1);
    }
  }

  remove(names: readonly string[]): void {
    for (const name of names) {
      const count = this.of(name) - 1;
      if (count > 0) {
        this.#counts.set(name, count);
        continue;
      }
      this.#counts.delete(name);
      this.#names.remove(name);
    }
  }
}

/** Which scopes clients hold grants for, or have as defaults of their own: kept with each change, as there may be many clients. */
export class ClientNames {
  readonly grants = new NameCounts();
  readonly defaults = new NameCounts();

  change(before: ClientRecord | undefined, after: ClientRecord | undefined): void {
    this.grants.remove(before?.grantedScopes ?? []);
    this.defaults.remove(before?.defaultScopes ?? []);
    this.grants.add(after?.grantedScopes ?? []);
    this.defaults.add(after?.defaultScopes ?? []);
  }
}
