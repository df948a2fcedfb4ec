import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { ChangeKindName, LogEntry, ScopeLog } from "../store/scope-log.ts";
import { HistoryGoneError, RevisionTakenError, StoreUnavailableError } from "../store/store-errors.ts";
import { type CallDeadline, refuseIfOver, shuttingDown, withinDeadline } from "./call-deadline.ts";
import type { CommitOutcome, CommitReport } from "./change-observer.ts";
import { DraftState } from "./draft-state.ts";
import type { LogPosition } from "./log-position.ts";
import { estimateEntryBytes } from "./record-size.ts";
import { RegistryError } from "./registry-error.ts";
import type { Plan, RegistryView, Stamp } from "./registry-view.ts";
import { type RoomLimits, WaitingRoom } from "./waiting-room.ts";

/** How many calls one commit group takes, at the most. */
const MAX_GROUP_CALLS = 256;
/** How much one commit group writes before it takes no further call, by the estimate of an entry's size. */
const MAX_GROUP_BYTES = 16 * 1024 * 1024;
/** How many records the calls of one group name before it takes no further call: planning them holds up reads. */
const MAX_GROUP_RECORDS = 10_000;
/** How long a call waits for the store, whatever its deadline, in milliseconds. */
const MOST_WAIT_MS = 10_000;
const LOST_RACE_PAUSE_MS = 5;
/** How much may wait to be committed. */
export const COMMIT_ROOM: RoomLimits = {
  all: { calls: 10_000, bytes: 256 * 1024 * 1024 },
  one: { calls: 2_500, bytes: 64 * 1024 * 1024 },
};

/** Something that somebody wants changed. */
export interface ChangeRequest<Answer> {
  /** Who asks, as the log names them. */
  readonly actor: string;
  /** The resource server whose records change, on the state that is planned on; empty: none, or several. */
  resourceServer(view: RegistryView): string;
  readonly kind: ChangeKindName;
  /** Unique over all entries of the log. */
  readonly requestId: string;
  /** How much it holds while it waits, in bytes. */
  readonly bytes: number;
  /** How many records planning it reads: what it costs. */
  records(view: RegistryView): number;
  /** Whether to decide and to write nothing. */
  readonly validateOnly: boolean;
  /** Decides on one state; may be called again on a newer one. Throws RegistryError to refuse. */
  plan(view: RegistryView, stamp: Stamp): Plan<Answer>;
}

interface Waiting {
  readonly request: ChangeRequest<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Gives its place in the waiting room back. */
  readonly release: () => void;
  /** Whether it is in the group that is being processed, which holds it until it is done. */
  grouped: boolean;
  /** Set once the caller has its answer, also one that it did not wait for. */
  settled: boolean;
  /** What a commit with an unknown outcome tried. */
  doubtful: { readonly revision: number; readonly answer: unknown } | undefined;
}

interface Planned {
  readonly waiting: Waiting;
  readonly entry: LogEntry | undefined;
  settle(): void;
  readonly answer: unknown;
}

/**
 * The one way by which the registry changes. Calls that arrive while a commit is under way wait for the next group; a group
 * is planned one call after the other on the newest state and committed at once, one entry for each call that changes
 * something. A refused call does not touch the others.
 *
 * An answer is given only on a state that was the newest while the call was under way: a commit proves it by taking its
 * revision, and a group that writes nothing (the normal case: every replica that starts registers again) by one read of the
 * log's head.
 */
export class ChangeWriter {
  readonly #log: ScopeLog;
  readonly #position: LogPosition;
  readonly #onCommit: (report: CommitReport) => void;
  readonly #room = new WaitingRoom(COMMIT_ROOM, "wait to be committed");
  /** In order. Those of the group that is being processed stay in it until they are done. */
  readonly #queue = new Set<Waiting>();
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(log: ScopeLog, position: LogPosition, onCommit: (report: CommitReport) => void) {
    this.#log = log;
    this.#position = position;
    this.#onCommit = onCommit;
  }

  /** How many calls wait to be committed, or are being. */
  get waiting(): number {
    return this.#room.calls;
  }

  /**
   * Plans and commits a change.
   *
   * @throws {RegistryError} what the plan throws; OVERLOADED; STORE_UNAVAILABLE, within the deadline; DEADLINE_EXCEEDED, CANCELLED
   */
  submit<Answer>(request: ChangeRequest<Answer>, deadline: CallDeadline): Promise<Answer> {
    if (this.#closed) throw shuttingDown();
    refuseIfOver(deadline);
    const release = this.#room.take(request.actor, request.bytes);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const waiting: Waiting = { request, resolve, reject, release, grouped: false, settled: false, doubtful: undefined };
    this.#queue.add(waiting);
    this.#running ??= this.#run();
    return withinDeadline(promise, deadline, MOST_WAIT_MS, storeTooSlow).finally(() => {
      waiting.settled = true;
      // Its place is free only once nothing holds what it brought.
      if (!waiting.grouped) this.#leave(waiting);
    }) as Promise<Answer>;
  }

  #leave(waiting: Waiting): void {
    if (this.#queue.delete(waiting)) waiting.release();
  }

  /** Takes no further call and waits until those that wait are answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop shares the first group.
    await Promise.resolve();
    while (this.#queue.size > 0) {
      const group = [...this.#queue.values().take(MAX_GROUP_CALLS)];
      for (const waiting of group) waiting.grouped = true;
      const left = new Set(await this.#processGroup(group));
      for (const waiting of group) {
        waiting.grouped = false;
        if (waiting.settled || !left.has(waiting)) this.#leave(waiting);
      }
      // A store without I/O of its own would otherwise keep everybody else waiting.
      await nextTurn();
    }
    this.#running = undefined;
  }

  /** Answers the calls of a group; returns those that did not fit. */
  async #processGroup(group: readonly Waiting[]): Promise<readonly Waiting[]> {
    for (;;) {
      const waiting = group.filter(({ settled }) => !settled);
      if (waiting.length === 0) return [];
      try {
        await this.#settleDoubtful(waiting);
        const open = waiting.filter(({ settled }) => !settled);
        const planned = this.#plan(open);
        if (await this.#commit(planned)) {
          for (const plan of planned) plan.settle();
          return open.slice(planned.length);
        }
      } catch (error) {
        if (waiting.length === 1 || error instanceof StoreUnavailableError) {
          this.#fail(waiting, error);
          return [];
        }
        // By the fault of one of them, which is not to become the others'.
        for (const call of waiting) await this.#processGroup([call]);
        return [];
      }
    }
  }

  /** Plans as many calls as one group may write, in order. */
  #plan(waiting: readonly Waiting[]): readonly Planned[] {
    const draft = new DraftState(this.#position.state);
    const planned: Planned[] = [];
    let bytes = 0;
    let records = 0;
    for (const call of waiting) {
      if (bytes > MAX_GROUP_BYTES || records > MAX_GROUP_RECORDS) break;
      records += call.request.records(draft);
      const plan = planCall(draft, call);
      planned.push(plan);
      if (plan.entry === undefined) continue;
      draft.add(plan.entry);
      bytes += estimateEntryBytes(plan.entry.changes);
    }
    return planned;
  }

  /** Makes a group's plans true. False: the state that they were made on was not the newest; it is now newer. */
  async #commit(planned: readonly Planned[]): Promise<boolean> {
    const { state } = this.#position;
    const { revision } = state;
    const entries = planned.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    if (entries.length === 0) {
      await this.#position.catchUp();
      return this.#position.state === state && state.revision === revision;
    }
    const startedAt = Date.now();
    try {
      await this.#write(entries);
    } catch (error) {
      if (error instanceof RevisionTakenError) {
        await this.#position.catchUp();
        // The log went on without our knowing of it, or another server holds the revision in a commit that is under way.
        if (this.#position.state.revision === revision) await lostRacePause();
        return false;
      }
      if (error instanceof HistoryGoneError) {
        await this.#position.load();
        await lostRacePause();
        return false;
      }
      if (error instanceof StoreUnavailableError && error.outcome === "unknown") {
        for (const { waiting, entry, answer } of planned) {
          if (entry !== undefined) waiting.doubtful = { revision: entry.revision, answer };
        }
        this.#position.markUnreachable(error);
        return false;
      }
      throw error;
    }
    // The feed may have brought them before the commit returned: what is known is passed over.
    if (this.#position.apply(entries) === "applied") this.#position.markCurrent(startedAt);
    // They are stored, whatever becomes of this.
    else await this.#position.catchUp().catch((error: unknown) => this.#position.markUnreachable(error));
    return true;
  }

  async #write(entries: readonly LogEntry[]): Promise<void> {
    const startedAt = performance.now();
    const report = (outcome: CommitOutcome) =>
      this.#onCommit({ entries: entries.length, durationMs: performance.now() - startedAt, outcome });
    try {
      await this.#log.commit(entries);
    } catch (error) {
      report(outcomeOf(error));
      throw error;
    }
    report("stored");
  }

  /** Looks up in the log what became of commits whose outcome is unknown. */
  async #settleDoubtful(waiting: readonly Waiting[]): Promise<void> {
    const doubtful = waiting.filter((call) => call.doubtful !== undefined);
    if (doubtful.length === 0) return;
    const revisions = doubtful.map((call) => call.doubtful?.revision ?? 0);
    const first = Math.min(...revisions);
    await this.#position.catchUp();
    // Between them may stand entries of calls that have been given up since.
    const tried = await this.#log.read(first - 1, Math.max(...revisions) - first + 1);
    const stored = new Set(tried.map(({ requestId }) => requestId));
    const { revision } = this.#position.state;
    for (const call of doubtful) {
      if (stored.has(call.request.requestId)) {
        call.settled = true;
        call.resolve(call.doubtful?.answer);
      } else if (revision >= (call.doubtful?.revision ?? 0)) {
        // Its revision is another's: it can no longer land. Until then it may, and is looked up again.
        call.doubtful = undefined;
      }
    }
  }

  #fail(waiting: readonly Waiting[], error: unknown): void {
    const unavailable = error instanceof StoreUnavailableError;
    if (unavailable) this.#position.markUnreachable(error);
    for (const call of waiting) {
      if (unavailable) call.reject(call.doubtful === undefined ? storeUnavailable(error) : storeTooSlow());
      else call.reject(error);
    }
  }
}

function outcomeOf(error: unknown): CommitOutcome {
  if (error instanceof RevisionTakenError) return "revision_taken";
  if (error instanceof HistoryGoneError) return "history_gone";
  return error instanceof StoreUnavailableError && error.outcome === "unknown" ? "unknown" : "failed";
}

function lostRacePause(): Promise<void> {
  return sleep(Math.random() * LOST_RACE_PAUSE_MS);
}

function planCall(draft: DraftState, waiting: Waiting): Planned {
  const { request, resolve, reject } = waiting;
  const stamp: Stamp = { revision: draft.revision + 1, time: Date.now() };
  try {
    const { changes, answer } = request.plan(draft, stamp);
    const entry: LogEntry | undefined =
      changes.length === 0 || request.validateOnly
        ? undefined
        : {
            revision: stamp.revision,
            time: stamp.time,
            actor: request.actor,
            resourceServer: request.resourceServer(draft),
            kind: request.kind,
            requestId: request.requestId,
            changes,
          };
    return { waiting, entry, answer, settle: () => resolve(answer) };
  } catch (error) {
    return { waiting, entry: undefined, answer: undefined, settle: () => reject(error) };
  }
}

function storeUnavailable(cause: unknown): RegistryError {
  return new RegistryError(
    "STORE_UNAVAILABLE",
    "The store cannot be reached and nothing was changed: try again later",
    { retryAfterMs: 1_000, cause },
  );
}

function storeTooSlow(): RegistryError {
  return new RegistryError(
    "STORE_UNAVAILABLE",
    "The store did not answer in time and the outcome is unknown: try again, registering twice changes nothing twice",
    { retryAfterMs: 1_000 },
  );
}
