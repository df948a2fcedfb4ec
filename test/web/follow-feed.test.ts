import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FeedListener, followFeed } from "../../src/web/registry/worker/follow-feed.ts";
import type { FeedMessage } from "../../src/web/registry/worker/read-feed-message.ts";
import { ScopeStore } from "../../src/web/registry/worker/scope-store.ts";
import { feedScope, snapshotPart } from "./sample-feed.ts";

/** A made-up feed that the test feeds and ends. */
function madeUpFeed() {
  const opened: { readonly since: bigint; say(message: FeedMessage): void; end(error: unknown): void }[] = [];
  const breaks: { readonly code: Code; readonly refused: boolean; readonly text: string }[] = [];
  const listener: FeedListener = {
    onEffect: () => undefined,
    onBreak: ({ code, rawMessage }, refused) => breaks.push({ code, refused, text: rawMessage }),
  };
  const store = new ScopeStore();
  const follower = followFeed(
    store,
    async function* ({ sinceRevision }, signal) {
      const messages: FeedMessage[] = [];
      let ended: { readonly error: unknown } | undefined;
      let onMore = () => {};
      signal.addEventListener("abort", () => onMore());
      opened.push({
        since: sinceRevision,
        say(message) {
          messages.push(message);
          onMore();
        },
        end(error) {
          ended = { error };
          onMore();
        },
      });
      while (!signal.aborted) {
        const next = messages.shift();
        if (next !== undefined) yield next;
        else if (ended) throw ended.error;
        else
          await new Promise<void>((resolve) => {
            onMore = resolve;
          });
      }
    },
    listener,
  );
  return { opened, breaks, follower, store };
}

/** Lets time pass, and what is under way before and behind it come to an end. */
async function pass(milliseconds: number): Promise<void> {
  await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(milliseconds);
  await new Promise(setImmediate);
}

const current: FeedMessage = { registryId: "one", event: { case: "bookmark", revision: 7, time: 1 } };

describe("following the registry", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterEach(() => vi.useRealTimers());

  it("goes on at once, and tells nobody, when a feed that was live ends with its token", async () => {
    const { opened, breaks, follower } = madeUpFeed();
    opened[0]?.say(snapshotPart([feedScope("a")], true));
    opened[0]?.say(current);
    opened[0]?.end(new ConnectError("expired", Code.Unauthenticated));
    await pass(0);
    expect(opened.map(({ since }) => since)).toEqual([0n, 7n]);
    expect(breaks).toEqual([]);
    follower.stop();
  });

  it("waits for somebody where it is refused, and tries again when told to", async () => {
    const { opened, breaks, follower } = madeUpFeed();
    opened[0]?.end(new ConnectError("no", Code.PermissionDenied));
    await pass(3_600_000);
    expect(opened).toHaveLength(1);
    expect(breaks).toMatchObject([{ refused: true, text: "no" }]);
    follower.retry();
    await pass(0);
    expect(opened).toHaveLength(2);
    follower.stop();
  });

  it("counts a feed that falls silent as broken, and one that never begins", async () => {
    const { opened, breaks, follower } = madeUpFeed();
    opened[0]?.say(snapshotPart([feedScope("a")], true));
    await pass(9_000);
    expect(breaks).toEqual([]);
    await pass(2_000);
    expect(breaks).toMatchObject([{ text: "The registry has fallen silent", refused: false }]);
    await pass(1_000);
    expect(opened.map(({ since }) => since)).toEqual([0n, 7n]);
    await pass(30_000);
    expect(breaks[1]).toMatchObject({ text: "The registry does not answer" });
    follower.stop();
  });

  it("waits longer each time, and never longer than five seconds", async () => {
    const { opened, follower } = madeUpFeed();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      opened.at(-1)?.end(new ConnectError("gone", Code.Unavailable));
      await pass(0);
      const before = Date.now();
      await vi.advanceTimersToNextTimerAsync();
      await pass(0);
      expect(opened).toHaveLength(attempt + 2);
      waits.push(Date.now() - before);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
    expect(waits[0]).toBeLessThanOrEqual(250);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(2_500);
    follower.stop();
  });

  it("starts over where the registry has another history, or keeps its changes no longer", async () => {
    const { opened, follower, store } = madeUpFeed();
    opened[0]?.say(snapshotPart([feedScope("a")], true));
    opened[0]?.say({ registryId: "another", event: { case: "bookmark", revision: 7, time: 1 } });
    await pass(1_000);
    expect(opened.map(({ since }) => since)).toEqual([0n, 0n]);
    opened[1]?.say({ ...snapshotPart([feedScope("b")], true, 9), registryId: "another" });
    await pass(0);
    expect(store).toMatchObject({ revision: 9, registryId: "another" });
    follower.stop();
  });
});
