import { Code, ConnectError } from "@connectrpc/connect";
import { refusalOf } from "../connection/refusal.ts";
import { backoffDelay, pause } from "../connection/wait.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import type { Effect, ReplicaState } from "./replica-state.ts";
import { watchScopes } from "./watch-scopes.ts";

const BACKOFF = { firstMs: 100, mostMs: 5_000 };
/** How long it may take until a feed begins, in milliseconds: a token may have to be got before. */
const BEGIN_MS = 30_000;
/** How long a feed may be silent before it counts as broken, in milliseconds. Bookmarks come every two seconds. */
const SILENCE_MS = 15_000;

/** What trying again alone does not help against. */
const REFUSALS: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.Unauthenticated,
  Code.PermissionDenied,
  Code.Unimplemented,
  Code.FailedPrecondition,
  // The connection itself was closed.
  Code.Canceled,
]);

/** Hears of what the feed brings. */
export interface FeedListener {
  /** A feed is opened, in place of the one before. */
  onBegin(): void;
  onEffect(effect: Effect): void;
  /** The feed broke and is opened again after so many milliseconds. `refused`: that alone will not help. */
  onBreak(error: ConnectError, refused: boolean, retryInMs: number): void;
}

/** The feed and the state do not fit together: the registry has another history by now. */
class LostHistoryError extends ConnectError {
  constructor() {
    super("The registry's history is another one than the replica's: it starts over", Code.OutOfRange);
  }
}

/** Follows the registry until the signal aborts: on after a break, and from the beginning where that is refused. */
export async function followRegistry(
  state: ReplicaState,
  options: ReplicaOptions,
  listener: FeedListener,
  signal: AbortSignal,
): Promise<void> {
  let startsOver = false;
  let failures = 0;
  while (!signal.aborted) {
    let wasCurrent = false;
    try {
      listener.onBegin();
      for await (const effect of readFeed(state, options, startsOver, signal)) {
        startsOver = false;
        if (effect.type === "current") {
          wasCurrent = true;
          failures = 0;
        }
        listener.onEffect(effect);
      }
    } catch (error) {
      if (signal.aborted) return;
      const broken = ConnectError.from(error);
      // A feed ends with its token: the next one has a fresh one.
      if (wasCurrent && refusalOf(broken)?.reason === "TOKEN_INVALID") continue;
      startsOver ||= broken.code === Code.OutOfRange;
      failures += 1;
      const waitMs = Math.max(backoffDelay(failures, BACKOFF), refusalOf(broken)?.retryAfterMs ?? 0);
      listener.onBreak(broken, REFUSALS.has(broken.code), waitMs);
      await pause(waitMs, signal).catch(() => undefined);
    } finally {
      state.forgetParts();
    }
  }
}

/** What the messages of one feed do to the state, one after the other. Throws when it ends, however it does. */
async function* readFeed(
  state: ReplicaState,
  { connection, owner = "", resource = "" }: ReplicaOptions,
  startsOver: boolean,
  signal: AbortSignal,
): AsyncGenerator<Effect> {
  const feed = new AbortController();
  const leave = () => feed.abort(signal.reason);
  const breakOff = (why: string) => feed.abort(new ConnectError(why, Code.Unavailable));
  let timer = setTimeout(
    breakOff,
    BEGIN_MS,
    "Neither a token nor an answer of the registry has come within 30 seconds",
  );
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(breakOff, SILENCE_MS, "The registry has fallen silent");
  };
  signal.addEventListener("abort", leave, { once: true });
  const since = startsOver ? {} : { sinceRevision: BigInt(state.revision), registryId: state.registryId };
  try {
    for await (const message of watchScopes(
      connection.transport,
      { ...since, owner, resource, includeClientPolicies: true },
      feed.signal,
    )) {
      hear();
      const effect = state.apply(message);
      if (effect.type === "lost") throw new LostHistoryError();
      yield effect;
    }
    throw new ConnectError("The registry has ended the feed", Code.Unavailable);
  } catch (error) {
    throw feed.signal.aborted ? feed.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    // The library does not leave a stream whose messages are no longer read.
    feed.abort();
  }
}
