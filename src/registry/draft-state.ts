import type { ScopeRecord } from "@scope-registry/client/judging";
import type { LogEntry, ResourceServerRecord } from "../store/scope-log.ts";
import { scopeDigest } from "./content-hash.ts";
import type { RegistryView } from "./registry-view.ts";
import { resourceIdentity } from "./resource-identity.ts";

/**
 * The state as it will be once the entries planned so far are committed, so that calls of one commit group are planned
 * one after the other. It reads through to the state below it and never changes it.
 */
export class DraftState implements RegistryView {
  readonly #base: RegistryView;
  readonly #scopes = new Map<string, ScopeRecord | undefined>();
  readonly #resourceServers = new Map<string, ResourceServerRecord | undefined>();
  /** By {@link resourceIdentity}. */
  readonly #holders = new Map<string, string | undefined>();
  /** By how much owners have more scopes, or fewer, than below. */
  readonly #counts = new Map<string, number>();
  readonly #lastChanges = new Map<string, number>();
  readonly #digests = new Map<string, bigint>();
  #revision: number;

  constructor(base: RegistryView) {
    this.#base = base;
    this.#revision = base.revision;
  }

  get revision(): number {
    return this.#revision;
  }

  scope(name: string): ScopeRecord | undefined {
    return this.#scopes.has(name) ? this.#scopes.get(name) : this.#base.scope(name);
  }

  resourceServer(name: string): ResourceServerRecord | undefined {
    return this.#resourceServers.has(name) ? this.#resourceServers.get(name) : this.#base.resourceServer(name);
  }

  scopesOf(owner: string): readonly ScopeRecord[] {
    const kept = this.#base.scopesOf(owner).filter(({ name }) => !this.#scopes.has(name));
    const drafted = [...this.#scopes.values()].filter((scope) => scope?.owner === owner) as ScopeRecord[];
    return [...kept, ...drafted].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  scopeCountOf(owner: string): number {
    return this.#base.scopeCountOf(owner) + (this.#counts.get(owner) ?? 0);
  }

  lastChangeOf(owner: string): number {
    return this.#lastChanges.get(owner) ?? this.#base.lastChangeOf(owner);
  }

  holderOf(resource: string): string | undefined {
    const identity = resourceIdentity(resource);
    return this.#holders.has(identity) ? this.#holders.get(identity) : this.#base.holderOf(resource);
  }

  contentDigestOf(owner: string): bigint {
    return this.#digests.get(owner) ?? this.#base.contentDigestOf(owner);
  }

  /** Puts an entry on top. */
  add(entry: LogEntry): void {
    for (const change of entry.changes) {
      if (change.kind === "resourceServer") {
        this.#resourceServers.set(change.name, change.after);
        for (const uri of change.before?.resources ?? []) this.#holders.set(resourceIdentity(uri), undefined);
        for (const uri of change.after?.resources ?? []) this.#holders.set(resourceIdentity(uri), change.name);
        continue;
      }
      this.#scopes.set(change.name, change.after);
      this.#count(change.before, -1, entry.revision);
      this.#count(change.after, 1, entry.revision);
    }
    this.#revision = entry.revision;
  }

  /** A scope's digest enters its owner's by exclusive or, and leaves it the same way. */
  #count(scope: ScopeRecord | undefined, by: 1 | -1, revision: number): void {
    if (scope === undefined) return;
    this.#counts.set(scope.owner, (this.#counts.get(scope.owner) ?? 0) + by);
    this.#digests.set(scope.owner, this.contentDigestOf(scope.owner) ^ scopeDigest(scope));
    this.#lastChanges.set(scope.owner, revision);
  }
}
