/** Reads the log backwards, and notices what is added to it meanwhile. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { LogEntry } from "@scope-registry/client/messages";
import type { Calls } from "../registry/calls.ts";
import type { ChangeFilters } from "./change-filters.ts";
import { joinEntries } from "./join-entries.ts";

/** What has been read of the log. */
export interface HistoryState {
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  /** What has been added since, newest first. It is shown when the reader asks for it. */
  readonly fresh: readonly LogEntry[];
  /** Whether more has been added than `fresh` holds. */
  readonly hasMoreFresh: boolean;
  readonly hasOlder: boolean;
  /** Whether an answer is awaited that was asked for. */
  readonly busy: boolean;
  /** Whether anything has been answered. */
  readonly started: boolean;
  /** Why the last question was not answered. */
  readonly error: unknown;
}

/** Reads a part of the log. */
export interface HistoryReader {
  readonly state: ReadonlySignal<HistoryState>;
  /** Reads the newest entries anew. */
  start(): Promise<void>;
  /** Reads on, towards the oldest. */
  older(): Promise<void>;
  /**
   * Looks for what has been added, about once a second at the most. Nothing is said where that fails: it is asked again with
   * the next change.
   */
  refresh(): Promise<void>;
  /** Puts what has been added in front of the others. */
  showFresh(): Promise<void>;
  stop(): void;
}

const NOTHING: HistoryState = {
  entries: [],
  fresh: [],
  hasMoreFresh: false,
  hasOlder: false,
  busy: false,
  started: false,
  error: undefined,
};

/** How long it is quiet between two looks at what has been added, in milliseconds. */
const PAUSE_MS = 1_000;

/** Makes a reader. @param pageSize how many entries are read at a time */
export function createHistoryReader(
  admin: Pick<Calls["admin"], "listChanges">,
  filters: ChangeFilters,
  pageSize: number,
): HistoryReader {
  const state = signal(NOTHING);
  const stopped = new AbortController();
  let next = "";
  let looking = false;
  let wanted = false;
  const set = (change: Partial<HistoryState>) => {
    if (!stopped.signal.aborted) state.value = { ...state.peek(), ...change };
  };

  async function read(pageToken: string, known: readonly LogEntry[]): Promise<void> {
    set({ busy: true, error: undefined });
    try {
      const answer = await admin.listChanges({ ...filters, pageSize, pageToken }, { signal: stopped.signal });
      next = answer.nextPageToken;
      const entries = joinEntries([...known, ...answer.entries]);
      set({ entries, hasOlder: next !== "", busy: false, started: true });
      // A page of an owner's may be empty although others follow.
      if (answer.entries.length === 0 && next !== "") await read(next, entries);
    } catch (error) {
      set({ busy: false, error });
    }
  }

  const start = () => {
    set({ fresh: [], hasMoreFresh: false });
    return read("", []);
  };

  async function look(): Promise<void> {
    const { entries, fresh } = state.peek();
    const sinceRevision = (fresh[0] ?? entries[0])?.revision ?? 0n;
    const found = await admin.listChanges({ ...filters, pageSize, sinceRevision }, { signal: stopped.signal });
    const now = state.peek();
    const known = new Set([...now.fresh, ...now.entries].map(({ revision }) => revision));
    const added = joinEntries(found.entries).filter(({ revision }) => !known.has(revision));
    const hasMoreFresh = now.hasMoreFresh || found.nextPageToken !== "";
    if (added.length > 0) set({ fresh: [...added, ...now.fresh], hasMoreFresh });
  }

  async function refresh(): Promise<void> {
    wanted = true;
    if (looking || !state.peek().started) return;
    looking = true;
    while (wanted && !stopped.signal.aborted) {
      wanted = false;
      // The page says elsewhere that the registry is away.
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    looking = false;
  }

  return {
    state,
    start,
    older: () => (state.peek().busy ? Promise.resolve() : read(next, state.peek().entries)),
    refresh,
    showFresh() {
      const { entries, fresh, hasMoreFresh } = state.peek();
      if (hasMoreFresh) return start();
      set({ entries: joinEntries([...fresh, ...entries]), fresh: [] });
      return Promise.resolve();
    },
    stop: () => stopped.abort(),
  };
}
