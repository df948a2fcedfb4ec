import type { ClientRecord } from "@scope-registry/client/judging";
import { namesBeginningWith, SortedNames } from "./sorted-names.ts";

/** Which clients name a scope in one of their lists. */
class ClientsByName {
  readonly #clients = new Map<string, Set<string>>();
  readonly #names = new SortedNames();

  /** The clients that have exactly this name. */
  of(name: string): ReadonlySet<string> {
    return this.#clients.get(name) ?? NOBODY;
  }

  /** The names that begin with a text. */
  under(text: string): readonly string[] {
    return namesBeginningWith(this.#names.ordered(), text);
  }

  add(clientId: string, names: readonly string[]): void {
    for (const name of names) {
      const clients = this.#clients.get(name);
      if (clients !== undefined) {
        clients.add(clientId);
        continue;
      }
      this.#clients.set(name, new Set([clientId]));
      this.#names.add(name);
    }
  }

  remove(clientId: string, names: readonly string[]): void {
    for (const name of names) {
      const clients = this.#clients.get(name);
      if (clients === undefined || !clients.delete(clientId) || clients.size > 0) continue;
      this.#clients.delete(name);
      this.#names.remove(name);
    }
  }
}

const NOBODY: ReadonlySet<string> = new Set();

/** Which scopes clients hold grants for, or have as defaults of their own: kept with each change, as there may be many clients. */
export class ClientNames {
  readonly grants = new ClientsByName();
  readonly defaults = new ClientsByName();

  change(clientId: string, before: ClientRecord | undefined, after: ClientRecord | undefined): void {
    this.grants.remove(clientId, before?.grantedScopes ?? []);
    this.defaults.remove(clientId, before?.defaultScopes ?? []);
    this.grants.add(clientId, after?.grantedScopes ?? []);
    this.defaults.add(clientId, after?.defaultScopes ?? []);
  }
}
