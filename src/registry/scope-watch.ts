import type { LogEntry, ScopeLog } from "../store/scope-log.ts";
import { HistoryGoneError, StoreUnavailableError } from "../store/store-errors.ts";
import type { CallDeadline } from "./call-deadline.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { LogPosition } from "./log-position.ts";
import { RegistryError } from "./registry-error.ts";
import { SharedSnapshot } from "./shared-snapshot.ts";
import { Turns } from "./turns.ts";
import { WaitingRoom } from "./waiting-room.ts";
import { type BookmarkEvent, changeEvents, type WatchEvent } from "./watch-event.ts";
import {
  authorizeWatch,
  checkWatchQuery,
  filterChanges,
  filterSnapshot,
  type Reader,
  type WatchQuery,
} from "./watch-query.ts";
import { type Begun, refuseIfEnded, startOver, tooSlow, WatchedEvents } from "./watched-events.ts";

/** How often readers are given a sign of life, in milliseconds: as often as the head of the log is proven. */
const BOOKMARK_INTERVAL_MS = 2_000;
/** How long a reader may take for a snapshot, which is held for it meanwhile, in milliseconds. */
const SNAPSHOT_TIMEOUT_MS = 120_000;
/** How much of the log is read, and held, at once for a reader that resumes: so many entries, or so many bytes. */
const HISTORY_PAGE = { entries: 256, bytes: 1024 * 1024 };
/** How many readers hold such a page at once, and for how long while others wait: a single entry may have 12 MiB. */
const HISTORY_TURNS = { atOnce: 8, holdMs: 2_000 };
/** How many may follow the registry at once, of everybody together and of one caller. */
const MAX_READERS = { all: { calls: 10_000, bytes: 0 }, one: { calls: 2_500, bytes: 0 } };

/** A reader's place among those who follow, which it has from when it asks for the first event. */
interface Place {
  leave: () => void;
}

/** What a watch stands on. */
export interface WatchSource {
  readonly log: ScopeLog;
  readonly position: LogPosition;
  readonly feed: ChangeFeed;
  /** The scope that a reader needs to be sent client policies. */
  readonly clientPoliciesScope: string;
  /** Waits until memory has reached a revision: see `ScopeRegistry.reach`. */
  reach(revision: number, deadline: CallDeadline): Promise<void> | undefined;
}

/**
 * The registry as readers follow it. Each takes one event after the other at its own pace, and holds nothing meanwhile but
 * its place: one that is too slow finds the next change gone, and is refused.
 */
export class ScopeWatch {
  readonly #source: WatchSource;
  readonly #snapshots = {
    withClients: new SharedSnapshot({ withClients: true }),
    scopesOnly: new SharedSnapshot({ withClients: false }),
  };
  readonly #readers = new WaitingRoom(MAX_READERS, "follow the registry");
  readonly #historyTurns = new Turns(HISTORY_TURNS.atOnce, HISTORY_TURNS.holdMs);
  readonly #ending = new AbortController();
  readonly #beat: NodeJS.Timeout;

  constructor(source: WatchSource) {
    this.#source = source;
    this.#beat = setInterval(() => source.feed.mark(this.#bookmark()), BOOKMARK_INTERVAL_MS).unref();
  }

  /**
   * Follows the registry until the caller gives up. What is wrong with that is told when the first event is asked for: RegistryError
   * INVALID_REQUEST, SCOPE_MISSING, REVISION_UNKNOWN, REVISION_COMPACTED, STORE_UNAVAILABLE; OVERLOADED if the reader is too
   * slow or there are too many; SHUTTING_DOWN, CANCELLED, DEADLINE_EXCEEDED.
   */
  follow(query: WatchQuery, reader: Reader, deadline: CallDeadline): WatchedEvents {
    const { position, feed } = this.#source;
    const place: Place = { leave: () => undefined };
    return new WatchedEvents({
      position,
      feed,
      query,
      deadline,
      beginning: this.#begin(query, reader, deadline, place),
      bookmark: () => this.#bookmark(),
      onEnd: () => place.leave(),
    });
  }

  /** How many follow. */
  get readers(): number {
    return this.#readers.calls;
  }

  /** Ends all that follow, and lets nobody begin. */
  end(): void {
    clearInterval(this.#beat);
    this.#source.feed.end();
    this.#ending.abort();
  }

  /** A snapshot, or where the reader resumes what has changed since, as far as it stands in the log alone. */
  async *#begin(
    query: WatchQuery,
    reader: Reader,
    deadline: CallDeadline,
    place: Place,
  ): AsyncGenerator<WatchEvent, Begun> {
    const { log, feed, clientPoliciesScope } = this.#source;
    checkWatchQuery(query);
    authorizeWatch(query, reader, clientPoliciesScope);
    place.leave = this.#readers.take(reader.name, 0);
    const resumes = query.sinceRevision > 0 && ["", log.registryId].includes(query.registryId);
    if (resumes) await this.#source.reach(query.sinceRevision, deadline);
    const { history } = feed;
    const goOn = () => refuseIfEnded(feed, history, deadline);
    goOn();
    const begun = resumes ? query.sinceRevision : yield* this.#readSnapshot(query, goOn);
    if (resumes) yield { ...this.#bookmark(), revision: begun, time: undefined };
    return { revision: yield* this.#readHistory(begun, query, goOn, deadline), history };
  }

  async *#readSnapshot(query: WatchQuery, goOn: () => void): AsyncGenerator<WatchEvent, number> {
    const { log, position } = this.#source;
    const endsAt = performance.now() + SNAPSHOT_TIMEOUT_MS;
    const { withClients, scopesOnly } = this.#snapshots;
    const wantsClients = query.includeClientPolicies && position.state.clients.size > 0;
    const snapshot = (wantsClients ? withClients : scopesOnly).of(position.state, log.registryId);
    for (let at = 0; ; at++) {
      const part = snapshot.part(at);
      if (part === undefined) return snapshot.revision;
      yield* filterSnapshot(part, query);
      goOn();
      if (performance.now() > endsAt) throw snapshotTooSlow();
    }
  }

  /** What is in memory only as the state that it led to: from the log. */
  async *#readHistory(
    after: number,
    query: WatchQuery,
    goOn: () => void,
    deadline: CallDeadline,
  ): AsyncGenerator<WatchEvent, number> {
    const { log, position, feed } = this.#source;
    const isKept = (revision: number) =>
      revision >= position.state.revision || feed.changesOf(revision + 1) !== undefined;
    let sent = after;
    if (isKept(sent)) return sent;
    const signal = AbortSignal.any([deadline.signal, this.#ending.signal]);
    while (!isKept(sent)) {
      const page: LogEntry[] = [];
      const drop = () => {
        page.length = 0;
      };
      const turn = await this.#historyTurns.take(signal, drop).catch((error: unknown) => {
        goOn();
        throw error;
      });
      try {
        goOn();
        // Held by nothing else, so that a reader that loses its turn keeps no page.
        page.push(...(await log.read(sent, HISTORY_PAGE.entries, HISTORY_PAGE.bytes).catch(refuse)));
        const last = page.at(-1);
        if (last === undefined) throw startOver();
        turn.begin();
        for (const entry of page) {
          goOn();
          sent = entry.revision;
          yield* filterChanges(changeEvents(entry), query);
        }
        if (sent < last.revision) throw tooSlow();
      } finally {
        turn.end();
      }
    }
    return sent;
  }

  #bookmark(): BookmarkEvent {
    const { log, position } = this.#source;
    const { registryId } = log;
    return { type: "bookmark", registryId, revision: position.state.revision, time: position.freshness.asOf };
  }
}

function refuse(error: unknown): never {
  if (error instanceof HistoryGoneError) throw startOver(error);
  if (!(error instanceof StoreUnavailableError)) throw error;
  throw new RegistryError(
    "STORE_UNAVAILABLE",
    "The store cannot be reached, so that older changes cannot be read: try again, or start over without since_revision",
    { retryAfterMs: 1_000, cause: error },
  );
}

function snapshotTooSlow(): RegistryError {
  return new RegistryError(
    "OVERLOADED",
    `The reader has taken more than ${SNAPSHOT_TIMEOUT_MS / 1_000} seconds for the snapshot: read faster, or follow a part of the registry by owner or resource`,
  );
}
