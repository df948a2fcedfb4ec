import type { ScopeRegistryConnection } from "../connection/scope-registry-connection.ts";

/** What has gone wrong with a replica. It goes on judging with what it has, and tries again by itself. */
export interface ReplicaProblem {
  /** In a sentence, without tokens or secrets. */
  readonly message: string;
  readonly cause: unknown;
  /** After how many milliseconds it tries again. */
  readonly retryInMs: number;
}

/** What a replica needs. */
export interface ReplicaOptions {
  /**
   * The connection to follow the registry by. Its credentials need `scope_registry.read` and, as what each client may ask for
   * comes with the scopes, `scope_registry.validate`. It is not closed with the replica.
   */
  readonly connection: ScopeRegistryConnection;
  /**
   * The file that keeps the newest state, so that the replica can start while the registry is away: in a folder that this
   * process may write. Undefined: none is kept. It holds scopes, client policies and no secrets, but who can write it decides what is granted.
   */
  readonly snapshotFile?: string;
  /**
   * How long the replica waits for the registry at start before it is ready with what the snapshot file holds, in
   * milliseconds; 3,000 if not given. It waits no longer than the first attempt fails.
   */
  readonly snapshotFileAfterMs?: number;
  /** Only scopes of this owner. All others are UNKNOWN to the replica. */
  readonly owner?: string;
  /** Only scopes that are tied to this resource URI (RFC 8707). */
  readonly resource?: string;
  /**
   * Whether to tell the registry which client was granted which scope on which day, so that its owner knows whom disabling it
   * would break; true if not given. It is done in the background and never disturbs judging; what could not be told when the
   * process ends is lost.
   */
  readonly reportUsage?: boolean;
  /** How often that is told, in milliseconds, at most 2^31 - 1; 60,000 if not given. */
  readonly usageIntervalMs?: number;
  /** Hears of every problem. Where it is not given, the first one of each break is a warning of the process. */
  readonly onProblem?: (problem: ReplicaProblem) => void;
  /** Hears that the replica has the newest state and follows the registry: at first, and again after each break. */
  readonly onFollowing?: (state: { readonly revision: number }) => void;
}
