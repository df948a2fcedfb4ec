import { Code, type ConnectError } from "@connectrpc/connect";
import type { FeedStatus } from "../feed.ts";
import type { Effect, ScopeStore } from "./scope-store.ts";

/** How long the registry may go on without proving that there is nothing newer, in milliseconds; it does so every two seconds. */
const STALE_MS = 15_000;

/** Keeps how the feed is. */
export class FeedStatusKeeper {
  readonly #store: ScopeStore;
  #status: Omit<FeedStatus, "scopes" | "revision">;
  /** See `Bookmark.time`. */
  #provenAt = 0;

  constructor(store: ScopeStore, now: number) {
    this.#store = store;
    this.#status = { phase: "connecting", asOf: 0, since: now, problem: "" };
  }

  get status(): FeedStatus {
    return { ...this.#status, scopes: this.#store.entries().length, revision: this.#store.revision };
  }

  /** Takes in what the feed has brought. @param now in milliseconds since 1970-01-01T00:00:00Z */
  onEffect(effect: Effect, now: number): void {
    const { asOf, phase } = this.#status;
    switch (effect.type) {
      case "loading":
        // Who has known everything once goes on showing that until it is there again.
        this.#set(now, phase !== "live" && this.#store.revision === 0 ? "loading" : phase, now);
        break;
      case "loaded":
        this.#set(now, "live", now);
        break;
      case "changed":
        this.#set(now, phase, now);
        break;
      case "current":
        // By the server's clock, which stands still while the server cannot reach its store.
        if (effect.time !== this.#provenAt) this.#set(now, "live", now);
        else if (now - asOf > STALE_MS) this.#set(now, "broken", asOf, "The registry cannot reach its store");
        this.#provenAt = effect.time;
    }
  }

  /** The feed broke. @param refused whether only somebody who signs in can mend it */
  onBreak(error: ConnectError, refused: boolean, now: number): void {
    this.#set(now, refused ? "refused" : "broken", this.#status.asOf, problemOf(error));
  }

  #set(now: number, phase: FeedStatus["phase"], asOf: number, problem = ""): void {
    this.#status = {
      phase,
      asOf,
      since: phase === this.#status.phase ? this.#status.since : now,
      problem: phase === "broken" || phase === "refused" ? problem || this.#status.problem : "",
    };
  }
}

/** What a browser says of a network is different in each, and says nothing to people. */
function problemOf({ code, rawMessage }: ConnectError): string {
  return code === Code.Unknown || code === Code.Internal ? "The registry cannot be reached" : rawMessage;
}
