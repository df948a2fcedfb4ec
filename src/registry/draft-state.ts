import type { ClientRecord, ScopeRecord, ScopeTemplate, StepBudget } from "@scope-registry/client/judging";
import type {
  LogEntry,
  RecordKind,
  RegistryPolicyRecord,
  ReservedNameRecord,
  ResourceServerRecord,
} from "../store/scope-log.ts";
import { scopeDigest } from "./content-hash.ts";
import type { PrefixClaim } from "./prefix-claims.ts";
import { RecordIndexes } from "./record-indexes.ts";
import type { RegistryView } from "./registry-view.ts";

/**
 * The state as it will be once the entries planned so far are committed, so that calls of one commit group are planned
 * one after the other. It reads through to the state below it and never changes it: what was drafted goes before, and what
 * is found below counts as long as the record that it comes from was not drafted anew.
 */
export class DraftState implements RegistryView {
  readonly #base: RegistryView;
  readonly #drafted = new RecordIndexes();
  readonly #touched: Readonly<Record<RecordKind, Set<string>>> = {
    scope: new Set(),
    resourceServer: new Set(),
    client: new Set(),
    reservedName: new Set(),
    registryPolicy: new Set(),
  };
  /** By how much owners have more scopes, or fewer, than below. */
  readonly #counts = new Map<string, number>();
  readonly #lastChanges = new Map<string, number>();
  readonly #digests = new Map<string, bigint>();
  #clientCount: number;
  #revision: number;

  constructor(base: RegistryView) {
    this.#base = base;
    this.#revision = base.revision;
    this.#clientCount = base.clientCount;
  }

  get revision(): number {
    return this.#revision;
  }

  get policy(): RegistryPolicyRecord | undefined {
    return this.#drafted.policy ?? this.#base.policy;
  }

  scope(name: string): ScopeRecord | undefined {
    return this.#has("scope", name) ? this.#drafted.scopes.get(name) : this.#base.scope(name);
  }

  aliasHolder(name: string): ScopeRecord | undefined {
    return this.#drafted.scopes.aliasHolder(name) ?? this.#untouched(this.#base.aliasHolder(name));
  }

  matchTemplate(name: string): ScopeRecord | undefined {
    return this.#drafted.scopes.matchTemplate(name) ?? this.#untouched(this.#base.matchTemplate(name));
  }

  *overlapping(template: ScopeTemplate, budget: StepBudget): Generator<ScopeRecord> {
    yield* this.#drafted.scopes.overlapping(template, budget);
    for (const scope of this.#base.overlapping(template, budget)) {
      if (this.#untouched(scope) !== undefined) yield scope;
    }
  }

  reservedName(name: string): ReservedNameRecord | undefined {
    return this.#has("reservedName", name) ? this.#drafted.reservedNames.get(name) : this.#base.reservedName(name);
  }

  reservedFamily(name: string): ReservedNameRecord | undefined {
    const [drafted] = this.#drafted.reservedNames.families(name);
    return drafted ?? this.#untouchedName(this.#base.reservedFamily(name));
  }

  *reservedOverlapping(template: ScopeTemplate, budget: StepBudget): Generator<ReservedNameRecord> {
    yield* this.#drafted.reservedNames.overlapping(template, budget);
    for (const reserved of this.#base.reservedOverlapping(template, budget)) {
      if (this.#untouchedName(reserved) !== undefined) yield reserved;
    }
  }

  *namesUnder(text: string): Generator<string> {
    yield* this.#base.namesUnder(text);
    const drafted = [...this.#drafted.scopes.values()].flatMap(({ name, aliases }) => [name, ...aliases]);
    for (const name of [...drafted, ...this.#drafted.reservedNames.keys()]) if (name.startsWith(text)) yield name;
  }

  resourceServer(name: string): ResourceServerRecord | undefined {
    return this.#has("resourceServer", name)
      ? this.#drafted.resourceServers.get(name)
      : this.#base.resourceServer(name);
  }

  client(clientId: string): ClientRecord | undefined {
    return this.#has("client", clientId) ? this.#drafted.clients.get(clientId) : this.#base.client(clientId);
  }

  *clientRecords(): Generator<ClientRecord> {
    yield* this.#drafted.clients.values();
    for (const client of this.#base.clientRecords()) if (!this.#has("client", client.clientId)) yield client;
  }

  get clientCount(): number {
    return this.#clientCount;
  }

  grantHolders(name: string): ReadonlySet<string> {
    const holders = this.#base.grantHolders(name);
    if (this.#touched.client.size === 0) return holders;
    const drafted = [...this.#drafted.clients.values()].filter(({ grantedScopes }) => grantedScopes.includes(name));
    const kept = [...holders].filter((clientId) => !this.#has("client", clientId));
    return new Set([...kept, ...drafted.map(({ clientId }) => clientId)]);
  }

  isClientDefault(name: string): boolean {
    if (this.#touched.client.size === 0) return this.#base.isClientDefault(name);
    for (const { defaultScopes } of this.clientRecords()) if (defaultScopes.includes(name)) return true;
    return false;
  }

  *clientNamesUnder(text: string): Generator<string> {
    yield* this.#base.clientNamesUnder(text);
    for (const { grantedScopes, defaultScopes } of this.#drafted.clients.values()) {
      for (const name of [...grantedScopes, ...defaultScopes]) if (name.startsWith(text)) yield name;
    }
  }

  scopesOf(owner: string): readonly ScopeRecord[] {
    const kept = this.#base.scopesOf(owner).filter(({ name }) => !this.#has("scope", name));
    const drafted = [...this.#drafted.scopes.values()].filter((scope) => scope.owner === owner);
    return [...kept, ...drafted].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  scopeCountOf(owner: string): number {
    return this.#base.scopeCountOf(owner) + (this.#counts.get(owner) ?? 0);
  }

  lastChangeOf(owner: string): number {
    return this.#lastChanges.get(owner) ?? this.#base.lastChangeOf(owner);
  }

  holderOf(resource: string): string | undefined {
    return this.#drafted.holderOf(resource) ?? this.#untouchedServer(this.#base.holderOf(resource));
  }

  claimOver(name: string): PrefixClaim | undefined {
    const claim = this.#drafted.claims.over(name) ?? this.#base.claimOver(name);
    return claim === undefined || this.#isCurrent(claim) ? claim : undefined;
  }

  *claimsUnder(text: string): Generator<PrefixClaim> {
    yield* this.#drafted.claims.under(text);
    for (const claim of this.#base.claimsUnder(text)) if (!this.#has("resourceServer", claim.holder)) yield claim;
  }

  contentDigestOf(owner: string): bigint {
    return this.#digests.get(owner) ?? this.#base.contentDigestOf(owner);
  }

  /** Puts an entry on top. */
  add(entry: LogEntry): void {
    for (const change of entry.changes) {
      if (change.kind === "scope") {
        this.#countScope(change.before, -1);
        this.#countScope(change.after, 1);
      }
      if ((change.kind === "scope" || change.kind === "reservedName") && change.after !== undefined) {
        this.#lastChanges.set(change.after.owner, entry.revision);
      }
      if (change.kind === "client") {
        this.#clientCount += Number(change.after !== undefined) - Number(change.before !== undefined);
      }
      this.#touched[change.kind].add(change.name);
      this.#drafted.put(change);
    }
    this.#revision = entry.revision;
  }

  /** A scope's digest enters its owner's by exclusive or, and leaves it the same way. */
  #countScope(scope: ScopeRecord | undefined, by: 1 | -1): void {
    if (scope === undefined) return;
    this.#counts.set(scope.owner, (this.#counts.get(scope.owner) ?? 0) + by);
    this.#digests.set(scope.owner, this.contentDigestOf(scope.owner) ^ scopeDigest(scope));
  }

  #has(kind: RecordKind, name: string): boolean {
    return this.#touched[kind].has(name);
  }

  #untouched(scope: ScopeRecord | undefined): ScopeRecord | undefined {
    return scope === undefined || this.#has("scope", scope.name) ? undefined : scope;
  }

  #untouchedName(reserved: ReservedNameRecord | undefined): ReservedNameRecord | undefined {
    return reserved === undefined || this.#has("reservedName", reserved.name) ? undefined : reserved;
  }

  #untouchedServer(name: string | undefined): string | undefined {
    return name === undefined || this.#has("resourceServer", name) ? undefined : name;
  }

  #isCurrent({ prefix, holder }: PrefixClaim): boolean {
    return this.resourceServer(holder)?.namePrefixes.includes(prefix) === true;
  }
}
