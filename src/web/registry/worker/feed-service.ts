import type { Transport } from "@connectrpc/connect";
import { createRegistryTransport } from "../calls.ts";
import type { PageMessage, Question, WorkerMessage } from "../worker-messages.ts";
import { answerQuestion } from "./answer-question.ts";
import { FeedStatusKeeper } from "./feed-status-keeper.ts";
import { type FeedFollower, followFeed } from "./follow-feed.ts";
import { ScopeSearch } from "./scope-search.ts";
import { ScopeStore } from "./scope-store.ts";
import { TokenRequests } from "./token-requests.ts";
import { watchFeed } from "./watch-feed.ts";

/** The page is told of what happens no more often than once in so many milliseconds. */
const TELL_MS = 100;

/** The worker, without the browser's part of it. */
export interface FeedService {
  /** Takes what the page says. */
  receive(message: PageMessage): void;
  stop(): void;
}

/** Follows the registry, and answers the page out of what it knows. @param post tells the page */
export function createFeedService(post: (message: WorkerMessage) => void): FeedService {
  let store = new ScopeStore();
  let search = new ScopeSearch(store);
  const tokens = new TokenRequests((id) => post({ type: "token-wanted", id }));
  const questions = new Map<number, Question>();
  let keeper = new FeedStatusKeeper(store, Date.now());
  let follower: FeedFollower | undefined;
  let changed = new Set<string>();
  let allChanged = false;
  /** Whether the page may have read something elsewhere that is older than the state that comes next. */
  let isLate = false;
  let telling: ReturnType<typeof setTimeout> | undefined;

  const tell = () => {
    telling = undefined;
    if (changed.size > 0 || allChanged) {
      const names = allChanged ? new Set<string>() : changed;
      post({ type: "change", change: { revision: store.revision, names, all: allChanged } });
      changed = new Set();
      allChanged = false;
    }
    post({ type: "status", status: keeper.status });
  };
  const tellSoon = () => {
    telling ??= setTimeout(tell, TELL_MS);
  };
  const open = (transport: Transport) => {
    follower?.stop();
    store = new ScopeStore();
    search = new ScopeSearch(store);
    changed = new Set();
    allChanged = false;
    keeper = new FeedStatusKeeper(store, Date.now());
    tell();
    const opened = followFeed(store, (since, signal) => watchFeed(transport, since, signal), {
      onEffect(effect) {
        if (follower !== opened) return;
        keeper.onEffect(effect, Date.now());
        if (effect.type === "changed") for (const name of effect.names) changed.add(name);
        if (effect.type === "loaded") {
          allChanged = isLate;
          isLate = true;
        }
        tellSoon();
      },
      onBreak(error, refused) {
        if (follower !== opened) return;
        isLate = true;
        keeper.onBreak(error, refused, Date.now());
        tellSoon();
      },
    });
    follower = opened;
  };
  const answerNext = () => {
    const [next] = questions;
    if (next === undefined) return;
    const [id, question] = next;
    questions.delete(id);
    post({ type: "answer", id, answer: answerQuestion(question, search, store.revision) });
    if (questions.size > 0) setTimeout(answerNext);
  };

  return {
    receive(message) {
      switch (message.type) {
        case "open":
          return open(createRegistryTransport(message.config, () => tokens.ask(), message.origin));
        case "token":
          return tokens.answer(message.id, message.token);
        case "no-token":
          return tokens.fail(message.id, message.why);
        case "question":
          questions.set(message.id, message.question);
          // Not at once: who types fast takes the question back in a message that is already on its way.
          if (questions.size === 1) setTimeout(answerNext);
          return;
        case "forget":
          questions.delete(message.id);
          return;
        case "retry":
          return follower?.retry();
        case "offline":
          return follower?.reconnect("This browser is offline");
      }
    },
    stop() {
      clearTimeout(telling);
      follower?.stop();
    },
  };
}
