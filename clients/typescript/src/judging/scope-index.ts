import type { ScopeRecord } from "./scope-record.ts";

/** The registered scopes, as judging reads them. */
export interface ReadonlyScopeIndex {
  /** How many scopes there are, in any state. */
  readonly size: number;
  /** The scope of this exact name. */
  get(name: string): ScopeRecord | undefined;
  /** Whether any scope is tied to this resource URI (RFC 8707), compared exactly. */
  hasResource(uri: string): boolean;
  /** The default scopes, in any state, ordered by name. */
  defaults(): readonly ScopeRecord[];
}

/** The registered scopes in memory: names to records, and what judging needs beside. */
export class ScopeIndex implements ReadonlyScopeIndex {
  readonly #scopes = new Map<string, ScopeRecord>();
  readonly #resources = new Map<string, number>();
  readonly #defaults = new Map<string, ScopeRecord>();
  #orderedDefaults: readonly ScopeRecord[] | undefined;

  get size(): number {
    return this.#scopes.size;
  }

  get(name: string): ScopeRecord | undefined {
    return this.#scopes.get(name);
  }

  /** All scopes, in no order. */
  values(): IterableIterator<ScopeRecord> {
    return this.#scopes.values();
  }

  hasResource(uri: string): boolean {
    return this.#resources.has(uri);
  }

  defaults(): readonly ScopeRecord[] {
    this.#orderedDefaults ??= [...this.#defaults.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#orderedDefaults;
  }

  /** Adds a scope, or puts it in the place of the one of the same name. */
  set(scope: ScopeRecord): void {
    const before = this.#scopes.get(scope.name);
    if (before !== undefined) this.#forget(before);
    this.#scopes.set(scope.name, scope);
    for (const uri of scope.resources) this.#resources.set(uri, (this.#resources.get(uri) ?? 0) + 1);
    if (scope.isDefault) {
      this.#defaults.set(scope.name, scope);
      this.#orderedDefaults = undefined;
    }
  }

  /** Takes a scope out. */
  delete(name: string): void {
    const before = this.#scopes.get(name);
    if (before === undefined) return;
    this.#forget(before);
    this.#scopes.delete(name);
  }

  #forget(scope: ScopeRecord): void {
    for (const uri of scope.resources) {
      const count = this.#resources.get(uri) ?? 0;
      if (count > 1) this.#resources.set(uri, count - 1);
      else this.#resources.delete(uri);
    }
    if (this.#defaults.delete(scope.name)) this.#orderedDefaults = undefined;
  }
}
