/** That a scope was granted to a client on a day. */
export interface ScopeUse {
  /** The scope's registered name. */
  readonly name: string;
  /** Empty: no client was named. */
  readonly clientId: string;
  /** Days since 1970-01-01, in UTC. */
  readonly day: number;
}

/** Who used a scope. */
export interface ScopeUses {
  readonly name: string;
  /** The last day on which it was used; undefined: none is known. */
  readonly lastDay: number | undefined;
  /** Clients that used it on or after the day asked for, the newest first, by name on the same day. Without the empty one. */
  readonly clientIds: readonly string[];
}

/** For how many days a fact is kept, at least. */
export const USAGE_KEPT_DAYS = 400;

/** Who uses which scope: for each scope and client the last day. Facts that are older than {@link USAGE_KEPT_DAYS} go. */
export interface UsageStore {
  /**
   * Notes uses, each by itself: a failure may leave some of them noted. A day that is older than what is known changes
   * nothing.
   *
   * @throws {StoreUnavailableError}
   */
  note(uses: readonly ScopeUse[]): Promise<void>;

  /**
   * Takes out all facts of scopes, for whoever gets the names next. A failure may leave some of them: forget again then.
   *
   * @throws {StoreUnavailableError}
   */
  forget(names: readonly string[]): Promise<void>;

  /**
   * Who used scopes, one answer for each name in the order asked.
   *
   * @param since the first day of which clients are told
   * @param limit the most clients of each scope
   * @throws {StoreUnavailableError}
   */
  read(names: readonly string[], since: number, limit: number): Promise<readonly ScopeUses[]>;
}
