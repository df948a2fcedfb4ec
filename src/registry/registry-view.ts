import type { ClientRecord, ScopeRecord, ScopeTemplate, StepBudget } from "@scope-registry/client/judging";
import type {
  RecordChange,
  RegistryPolicyRecord,
  ReservedNameRecord,
  ResourceServerRecord,
} from "../store/scope-log.ts";
import type { PrefixClaim } from "./prefix-claims.ts";

/** The registry's state at one revision, as the rules read it. */
export interface RegistryView {
  readonly revision: number;
  /** What holds for all resource servers; undefined: it was never set. */
  readonly policy: RegistryPolicyRecord | undefined;
  /** The scope that is registered under a name. */
  scope(name: string): ScopeRecord | undefined;
  /** The scope that has a name as an alias. */
  aliasHolder(name: string): ScopeRecord | undefined;
  /** The template, or the scope with an alias template, that a name is an instance of, whatever is registered under it. */
  matchTemplate(name: string): ScopeRecord | undefined;
  /** The scopes of which a template, or an alias template, could match a name that this one matches too. */
  overlapping(template: ScopeTemplate, budget: StepBudget): Iterable<ScopeRecord>;
  reservedName(name: string): ReservedNameRecord | undefined;
  /** The reserved template that a name is an instance of. */
  reservedFamily(name: string): ReservedNameRecord | undefined;
  /** The reserved templates that could match a name which this one matches too. */
  reservedOverlapping(template: ScopeTemplate, budget: StepBudget): Iterable<ReservedNameRecord>;
  /** Names that begin with a text: of scopes, aliases, and reserved ones. Some may be free by now. */
  namesUnder(text: string): Iterable<string>;
  resourceServer(name: string): ResourceServerRecord | undefined;
  client(clientId: string): ClientRecord | undefined;
  /** All clients that have a policy or a grant, in no order. */
  clientRecords(): Iterable<ClientRecord>;
  readonly clientCount: number;
  /** The clients that hold a grant of exactly this name. */
  grantHolders(name: string): ReadonlySet<string>;
  /** Whether a client has exactly this name as a default of its own. */
  isClientDefault(name: string): boolean;
  /** The names beginning with a text that clients hold grants for or have as defaults. Some may be of none any more. */
  clientNamesUnder(text: string): Iterable<string>;
  /** The scopes of an owner, in any state, ordered by name. */
  scopesOf(owner: string): readonly ScopeRecord[];
  /** How many scopes an owner has, in any state. */
  scopeCountOf(owner: string): number;
  /** The revision of the newest change of an owner's scopes and reserved names; 0: it has none. */
  lastChangeOf(owner: string): number;
  /** The resource server that holds a resource URI, in whatever spelling. */
  holderOf(resource: string): string | undefined;
  /** The claim that a name begins with. */
  claimOver(name: string): PrefixClaim | undefined;
  /** The claims that begin with a text. */
  claimsUnder(text: string): Iterable<PrefixClaim>;
  /** The digest of an owner's definitions: see `content-hash.ts`. */
  contentDigestOf(owner: string): bigint;
}

/** When and as what a plan is to be committed. */
export interface Stamp {
  /** The revision that the changes will have. */
  readonly revision: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** What a rule decided: the changes to commit (none: nothing to write) and what to answer once they are. */
export interface Plan<Answer> {
  readonly changes: readonly RecordChange[];
  readonly answer: Answer;
}
