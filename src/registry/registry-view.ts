import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange, ResourceServerRecord } from "../store/scope-log.ts";

/** The registry's state at one revision, as the rules read it. */
export interface RegistryView {
  readonly revision: number;
  scope(name: string): ScopeRecord | undefined;
  resourceServer(name: string): ResourceServerRecord | undefined;
  /** The scopes of an owner, in any state, ordered by name. */
  scopesOf(owner: string): readonly ScopeRecord[];
  /** How many scopes an owner has, in any state. */
  scopeCountOf(owner: string): number;
  /** The revision of the newest change of an owner's scopes; 0: it has none. */
  lastChangeOf(owner: string): number;
  /** The resource server that holds a resource URI, in whatever spelling. */
  holderOf(resource: string): string | undefined;
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
