/// <reference lib="esnext.disposable" preserve="true" />
import type { Judgement } from "../judging/judge-scopes.ts";
import type { ResolvedScope } from "../judging/scope-index.ts";
import type { ScopeRecord } from "../judging/scope-record.ts";
import type { Validation } from "../judging/validation.ts";

/** What may be granted, and the revision that it was judged at. */
export type ReplicaJudgement = Judgement;

/** What a change of the registry did. */
export interface ReplicaChange {
  /** The revision that the replica has now. */
  readonly revision: number;
  /**
   * The names of the scopes that are new, changed or gone, none where only client policies changed; undefined: any may be, as
   * the replica has started over with a snapshot.
   */
  readonly names: readonly string[] | undefined;
}

/**
 * The registry's scopes in the token issuer's own process, kept by following the registry. Judging asks nobody and waits for
 * nothing: it goes on when the registry is away.
 */
export interface ScopeReplica extends AsyncDisposable {
  /**
   * Resolves when there is something to judge by: the registry's newest state or, while the registry is away, what the
   * snapshot file holds. Rejects when it is closed before, or the registry refuses it and there is no such file; it goes
   * on trying then.
   */
  readonly ready: Promise<void>;
  /** Whether `ready` has resolved, so that there is something to judge by. */
  readonly isReady: boolean;
  /** The newest revision that the replica has; 0: it has nothing yet. */
  readonly revision: number;
  /** The identity of the registry's history; empty: the replica has nothing yet. */
  readonly registryId: string;
  /**
   * How long ago the replica was last known to have the newest revision, in milliseconds. While it follows the registry this
   * is at most some seconds; it grows while the registry, or the registry's store, is away. Infinity: it is not known.
   */
  readonly lag: number;
  /** Whether the registry is being followed at the moment, and all that it had was taken in. */
  readonly connected: boolean;
  /** How many scopes there are, in any state. */
  readonly size: number;
  /** The scope of this exact name, in any state. */
  get(name: string): ScopeRecord | undefined;
  /** What a requested name stands for, in any state: a scope, by its name or an alias, or an instance of a template. */
  resolve(name: string): ResolvedScope | undefined;
  /** All scopes, in any state, in no order. */
  scopes(): IterableIterator<ScopeRecord>;
  /**
   * Judges requested scopes as the ValidateScopes RPC does, with the same code.
   *
   * @throws {InvalidRequestError} where the RPC answers INVALID_ARGUMENT
   * @throws {Error} before the replica is ready
   */
  judge(request: Partial<Validation>): ReplicaJudgement;
  /**
   * Whether {@link judge} would find a request valid: for who needs no more, at little more than the price of looking the names
   * up. A question is no use of a scope: it is not counted.
   *
   * @throws {InvalidRequestError} where the RPC answers INVALID_ARGUMENT
   * @throws {Error} before the replica is ready
   */
  allows(request: Partial<Validation>): boolean;
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: (change: ReplicaChange) => void): () => void;
  /**
   * Stops following, writes the snapshot file and reports usage a last time. Judging goes on with what the replica has, and is
   * no longer counted.
   */
  close(): Promise<void>;
}
