import type { LogEntry, LogSnapshot, ScopeLog } from "../store/scope-log.ts";
import { HistoryGoneError, StoreUnavailableError } from "../store/store-errors.ts";
import { RegistryState } from "./registry-state.ts";

/** How many entries one read of the log brings. */
const READ_LIMIT = 1_000;

/** Whether what is in memory is known to be the newest. */
export interface Freshness {
  /** When the state was last known to be the newest, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly asOf: number;
  /** Whether the store answered when it was last asked. */
  readonly storeReachable: boolean;
}

/** Hears when the store goes away, with the cause, and when it comes back. */
export type FreshnessListener = (freshness: Freshness, cause?: unknown) => void;

/** Hears what becomes of the state in memory. */
export interface PositionListener {
  readonly onFreshness: FreshnessListener;
  /** The next entries of the log were applied. */
  onApplied(entries: readonly LogEntry[]): void;
  /** A state that was loaded anew has taken the place of the one before: it may be of another history. */
  onReplaced(): void;
}

/**
 * The state in memory and where it stands in the log. Entries come from three sides (the feed, a catch-up, a commit of this
 * process); each is applied once, in order.
 */
export class LogPosition {
  readonly #log: ScopeLog;
  readonly #listener: PositionListener;
  #state = new RegistryState();
  #freshness: Freshness = { asOf: 0, storeReachable: true };
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #loading: Promise<void> | undefined;

  constructor(log: ScopeLog, listener: PositionListener) {
    this.#log = log;
    this.#listener = listener;
  }

  get state(): RegistryState {
    return this.#state;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  /** Loads everything anew, and changes over to it at once when it is complete. Calls that come meanwhile share it. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const startedAt = Date.now();
    try {
      const state = new RegistryState();
      const snapshot = await this.#log.load();
      for await (const records of snapshot.records) state.load(records);
      state.finishLoading(snapshot.revision);
      await this.#bringForward(state, snapshot);
      snapshot.adopt();
      this.#state = state;
      this.#listener.onReplaced();
    } catch (error) {
      throw error instanceof HistoryGoneError ? changedMeanwhile(error) : error;
    }
    this.markCurrent(startedAt);
  }

  /** Brings a state that is not in use yet to where the log, and the state in use, have come meanwhile. */
  async #bringForward(state: RegistryState, snapshot: LogSnapshot): Promise<void> {
    let known: number;
    do {
      known = this.#state.revision;
      const head = await snapshot.head();
      while (state.revision < head) {
        const { revision } = state;
        applyTo(state, await this.#log.read(revision, READ_LIMIT));
        if (state.revision === revision) throw changedMeanwhile();
      }
      // Reading does not tell whose entries they are.
      if ((await snapshot.head()) < state.revision) throw changedMeanwhile();
      // What was applied meanwhile must not be taken back. A history that was shorter all along is another one.
    } while (this.#state.revision !== known && this.#state.revision > state.revision);
  }

  /**
   * Applies entries; those that are known are passed over. Says whether one is missing before them, or one of them builds on
   * another history.
   */
  apply(entries: readonly LogEntry[]): "applied" | "gap" {
    const { revision } = this.#state;
    const outcome = applyTo(this.#state, entries);
    const applied = entries.filter((entry) => entry.revision > revision && entry.revision <= this.#state.revision);
    if (applied.length > 0) this.#listener.onApplied(applied);
    return outcome;
  }

  /**
   * Brings the state at least to what the log's head was when this was called. Calls that come while one is under way share
   * the next one.
   */
  catchUp(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<void> {
    this.#next = undefined;
    this.#running = this.#readToHead().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /**
   * Catches up beyond doubt: with a head that is proven to be the newest, on a store that is proven to take writes.
   */
  prove(): Promise<void> {
    return this.#orLoad(async () => {
      const startedAt = Date.now();
      const known = this.#state.revision;
      const head = await this.#log.proveHead();
      // A log that is shorter than what was read from it has been replaced: nothing that is in memory can be trusted.
      await (head < known ? this.load() : this.#readTo(head, startedAt));
    });
  }

  #readToHead(): Promise<void> {
    return this.#orLoad(async () => {
      const startedAt = Date.now();
      const known = this.#state.revision;
      const head = await this.#log.head();
      await (head < known ? this.prove() : this.#readTo(head, startedAt));
    });
  }

  async #readTo(head: number, startedAt: number): Promise<void> {
    while (this.#state.revision < head) {
      const { revision } = this.#state;
      this.apply(await this.#log.read(revision, READ_LIMIT));
      // A log that lacks what its head has told of was replaced meanwhile.
      if (this.#state.revision === revision) return this.load();
    }
    this.markCurrent(startedAt);
  }

  /** What cannot be followed any more is loaded anew. */
  async #orLoad(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof HistoryGoneError)) throw error;
      await this.load();
    }
  }

  /** The state is known to have been the newest at this time. */
  markCurrent(asOf: number): void {
    const restored = !this.#freshness.storeReachable;
    this.#freshness = { asOf: Math.max(asOf, this.#freshness.asOf), storeReachable: true };
    if (restored) this.#listener.onFreshness(this.#freshness);
  }

  /** The store has not answered, or not as it should: the cause is for the log. */
  markUnreachable(cause: unknown): void {
    if (!this.#freshness.storeReachable) return;
    this.#freshness = { ...this.#freshness, storeReachable: false };
    this.#listener.onFreshness(this.#freshness, cause);
  }
}

function changedMeanwhile(cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError("The log was replaced while it was loaded: it is loaded again", { cause });
}

function applyTo(state: RegistryState, entries: readonly LogEntry[]): "applied" | "gap" {
  for (const entry of entries) {
    if (entry.revision <= state.revision) continue;
    if (!state.isNext(entry)) return "gap";
    state.apply(entry);
  }
  return "applied";
}
