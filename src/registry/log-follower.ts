import { setTimeout as sleep } from "node:timers/promises";
import type { ScopeLog } from "../store/scope-log.ts";
import { HistoryGoneError } from "../store/store-errors.ts";
import type { LogPosition } from "./log-position.ts";

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** How often the head is compared with what the feed has brought: a feed may be silent because it is broken. */
const PROBE_INTERVAL_MS = 2_000;

/** What the follower tells the log of the process. */
export interface FollowerEvents {
  /** The feed broke; it is tried again after this many milliseconds. */
  onBreak(error: unknown, retryMs: number): void;
  /** The feed was silent while the log went on: it is cut and opened again. */
  onWedge(revision: number): void;
}

/** Follows the log until it is stopped, through breaks, and probes whether the store answers and the feed is alive. */
export class LogFollower {
  readonly #log: ScopeLog;
  readonly #position: LogPosition;
  readonly #events: FollowerEvents;
  readonly #stopping = new AbortController();
  #feed = new AbortController();
  /** The newest revision that the open feed has brought, or began after; undefined: no feed is open. */
  #brought: number | undefined;
  #tasks: Promise<unknown> = Promise.resolve();

  constructor(log: ScopeLog, position: LogPosition, events: FollowerEvents) {
    this.#log = log;
    this.#position = position;
    this.#events = events;
  }

  start(): void {
    this.#tasks = Promise.all([this.#follow(), this.#probe()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#feed.abort();
    await this.#tasks;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #follow(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped) {
      this.#feed = new AbortController();
      const after = this.#position.state.revision;
      this.#brought = after;
      try {
        for await (const entries of this.#log.follow(after, this.#feed.signal)) {
          retryMs = FIRST_RETRY_MS;
          this.#brought = entries.at(-1)?.revision ?? this.#brought;
          if (this.#position.apply(entries) === "gap") await this.#position.catchUp();
        }
        // Nobody has cut it: the log is being closed, and would end the next feed at once.
        if (!this.#feed.signal.aborted) await this.#pause(FIRST_RETRY_MS);
      } catch (error) {
        this.#brought = undefined;
        if (this.#stopped) return;
        if (error instanceof HistoryGoneError) await this.#reload();
        const wait = retryMs * (0.5 + Math.random() / 2);
        this.#events.onBreak(error, Math.round(wait));
        await this.#pause(wait);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  async #reload(): Promise<void> {
    try {
      await this.#position.load();
    } catch (error) {
      this.#position.markUnreachable(error);
    }
  }

  async #probe(): Promise<void> {
    let expected = this.#position.state.revision;
    while (!this.#stopped) {
      await this.#pause(PROBE_INTERVAL_MS);
      if (this.#stopped) return;
      try {
        await this.#position.prove();
      } catch (error) {
        this.#position.markUnreachable(error);
        continue;
      }
      this.#cutIfWedged(expected);
      expected = this.#position.state.revision;
    }
  }

  /** Cuts a feed that has not brought what was in the log a whole interval ago, or that follows a log since replaced. */
  #cutIfWedged(expected: number): void {
    const { revision } = this.#position.state;
    if (this.#brought === undefined || (this.#brought >= expected && this.#brought <= revision)) return;
    this.#events.onWedge(revision);
    this.#feed.abort();
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
  }
}
