import { dayOf, UsageTally } from "@scope-registry/client/judging";
import type { ScopeUse, UsageStore } from "../store/usage-store.ts";

/** How often what was noted is written, in milliseconds. */
const FLUSH_MS = 10_000;
/** How many pairs of a client and a scope are kept between two times. */
const MAX_PAIRS = 50_000;
/** How long closing waits for the last facts to be written, in milliseconds. */
const CLOSE_MS = 5_000;

/** What a recorder needs. */
export interface UsageRecorderOptions {
  readonly usage: UsageStore;
  /** How often what was noted is written, in milliseconds; 10 seconds if it is left out. */
  readonly flushMs?: number;
  /** Hears why facts could not be written, once for each time in which that goes on. They are kept and tried again. */
  onProblem(error: unknown): void;
}

/**
 * Notes who was granted which scope, and writes it in the background: what a process that is killed had not written is lost,
 * and so are further pairs of a client and a scope when there are more than 50,000 new ones at once.
 */
export interface UsageRecorder {
  /**
   * Notes that a client was granted scopes today. Costs no more than look-ups when that is known.
   *
   * @returns whether all of it is noted: nothing was dropped for want of room
   */
  record(clientId: string, names: readonly string[]): boolean;
  /** Notes what was counted elsewhere. */
  note(uses: readonly ScopeUse[]): void;
  /**
   * Drops what was noted of scopes, and takes it out of the store. What is noted of them meanwhile may go with it.
   *
   * @throws {StoreUnavailableError} if the store still knows some of it; call it again then
   */
  forget(names: readonly string[]): Promise<void>;
  /**
   * Writes now what was noted.
   *
   * @throws {StoreUnavailableError} if that is not possible; the facts are kept
   */
  flush(): Promise<void>;
  /** Writes a last time, for a few seconds at the most. */
  close(): Promise<void>;
}

/** Starts to note uses. */
export function createUsageRecorder({ usage, flushMs = FLUSH_MS, onProblem }: UsageRecorderOptions): UsageRecorder {
  const tally = new UsageTally(MAX_PAIRS);
  let failing = false;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    const uses = tally.take();
    if (uses.length === 0) return;
    try {
      await usage.note(uses);
      failing = false;
    } catch (error) {
      tally.putBack(uses);
      if (!failing) onProblem(error);
      failing = true;
      throw error;
    }
  };
  /** One access at a time: what a write has failed to write is in the next, and nothing forgotten is written afterwards. */
  const inTurn = (access: () => Promise<void>) => {
    writing = writing.catch(() => undefined).then(access);
    return writing;
  };
  const flush = () => inTurn(write);
  const flushQuietly = () => flush().catch(() => undefined);
  const timer = setInterval(flushQuietly, flushMs).unref();

  return {
    record(clientId, names) {
      return tally.addAll(clientId, names, dayOf(Date.now()));
    },
    note(uses) {
      for (const { clientId, name, day } of uses) tally.add(clientId, name, day);
    },
    forget: (names) =>
      inTurn(() => {
        tally.forget(names);
        return usage.forget(names);
      }),
    flush,
    async close() {
      clearInterval(timer);
      await atMost(CLOSE_MS, flushQuietly());
    },
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise: expired, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, expired]);
  clearTimeout(timer);
}
