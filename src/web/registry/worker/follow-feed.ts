import { Code, ConnectError } from "@connectrpc/connect";
import { pause } from "./pause.ts";
import type { FeedMessage } from "./read-feed-message.ts";
import type { Effect, ScopeStore } from "./scope-store.ts";

const BACKOFF = { firstMs: 250, mostMs: 5_000 };
/** How long it may take until a feed begins, in milliseconds: somebody's token may have to be got before. */
const BEGIN_MS = 30_000;
/** How long a feed may be silent before it counts as broken, in milliseconds. Bookmarks come every two seconds. */
const SILENCE_MS = 10_000;

/** What trying again does not help against: somebody has to sign in, or the registry to allow it. */
const REFUSALS: ReadonlySet<Code> = new Set([Code.Unauthenticated, Code.PermissionDenied]);

/** Where the feed comes from. */
export type OpenFeed = (
  since: { readonly sinceRevision: bigint; readonly registryId: string },
  signal: AbortSignal,
) => AsyncIterable<FeedMessage>;

/** Hears of what the feed brings. */
export interface FeedListener {
  onEffect(effect: Effect): void;
  /** The feed broke. `refused`: it is not tried again until {@link FeedFollower.retry}. */
  onBreak(error: ConnectError, refused: boolean): void;
}

/** What follows the registry. */
export interface FeedFollower {
  /** Tries again at once, if it waits. */
  retry(): void;
  /** Leaves the feed that is open, and opens another one. */
  reconnect(why: string): void;
  /** Ends it for good. */
  stop(): void;
}

/** Follows the registry into a store: on after a break, and from the beginning where that is refused. */
export function followFeed(store: ScopeStore, open: OpenFeed, listener: FeedListener): FeedFollower {
  const stopped = new AbortController();
  let feed = new AbortController();
  let wake = new AbortController();

  const follow = async () => {
    let failures = 0;
    let startsOver = false;
    while (!stopped.signal.aborted) {
      let wasCurrent = false;
      feed = new AbortController();
      wake = new AbortController();
      try {
        for await (const effect of readFeed(store, open, startsOver, feed)) {
          startsOver = false;
          if (effect.type === "current") {
            wasCurrent = true;
            failures = 0;
          }
          listener.onEffect(effect);
        }
      } catch (error) {
        if (stopped.signal.aborted) return;
        const broken = ConnectError.from(error);
        startsOver = broken.code === Code.OutOfRange || broken.code === Code.InvalidArgument;
        failures += 1;
        // A feed ends with its token: the next one has a fresh one.
        if (broken.code === Code.Unauthenticated && wasCurrent) continue;
        const refused = REFUSALS.has(broken.code);
        listener.onBreak(broken, refused);
        await pause(refused ? undefined : delayAfter(failures), AbortSignal.any([wake.signal, stopped.signal]));
      } finally {
        store.forgetParts();
      }
    }
  };
  const ended = follow();
  ended.catch((error: unknown) => listener.onBreak(ConnectError.from(error), true));

  return {
    retry: () => wake.abort(),
    reconnect: (why) => feed.abort(new ConnectError(why, Code.Unavailable)),
    stop() {
      stopped.abort();
      feed.abort();
    },
  };
}

/** Twice as long each time, less up to a half, so that pages part. */
function delayAfter(failures: number): number {
  return Math.min(BACKOFF.mostMs, BACKOFF.firstMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** What the messages of one feed do to the store, one after the other. Throws when it ends, however it does. */
async function* readFeed(
  store: ScopeStore,
  open: OpenFeed,
  startsOver: boolean,
  feed: AbortController,
): AsyncGenerator<Effect> {
  const breakOff = (why: string) => feed.abort(new ConnectError(why, Code.Unavailable));
  let timer = setTimeout(breakOff, BEGIN_MS, "The registry does not answer");
  const since = startsOver
    ? { sinceRevision: 0n, registryId: "" }
    : { sinceRevision: BigInt(store.revision), registryId: store.registryId };
  try {
    for await (const message of open(since, feed.signal)) {
      if (feed.signal.aborted) break;
      clearTimeout(timer);
      timer = setTimeout(breakOff, SILENCE_MS, "The registry has fallen silent");
      const effect = store.apply(message, Date.now());
      if (effect.type === "lost") throw new ConnectError("The registry has another history by now", Code.OutOfRange);
      yield effect;
    }
    throw new ConnectError("The registry has ended the feed", Code.Unavailable);
  } catch (error) {
    throw feed.signal.aborted ? feed.signal.reason : error;
  } finally {
    clearTimeout(timer);
    feed.abort();
  }
}
