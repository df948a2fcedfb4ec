import { batch, signal } from "@preact/signals";
import type { Session } from "../sign-in/session.ts";
import { readingToken } from "./calls.ts";
import type { CatalogueConfig } from "./catalogue-config.ts";
import type { Facet, Feed, FeedChange, FeedStatus, ScopeList } from "./feed.ts";
import { startWorker } from "./start-worker.ts";
import type { PageMessage, Question, WorkerMessage } from "./worker-messages.ts";

const NOTHING_KNOWN = { phase: "connecting", scopes: 0, revision: 0, asOf: 0, problem: "" } as const;

/** Opens the feed: a worker follows the registry, with a token to read, and anew when somebody signs in or out. */
export function openFeed(config: CatalogueConfig, session: Session): Feed {
  const { access } = config;
  const readToken = readingToken(config, session);
  const status = signal<FeedStatus>({ ...NOTHING_KNOWN, since: Date.now() });
  const change = signal<FeedChange | undefined>(undefined);
  const worker = startWorker();
  const waiting = new Map<number, (answer: ScopeList | Facet) => void>();
  let questions = 0;

  const say = (message: PageMessage) => worker.postMessage(message);
  const giveToken = (id: number) =>
    readToken().then(
      (token) => say({ type: "token", id, token }),
      () => say({ type: "no-token", id, why: "The issuer gives no token" }),
    );
  const hear = (message: WorkerMessage) => {
    switch (message.type) {
      case "token-wanted":
        return void giveToken(message.id);
      case "status":
        status.value = message.status;
        return;
      case "change":
        change.value = message.change;
        return;
      case "answer":
        waiting.get(message.id)?.(message.answer);
        waiting.delete(message.id);
    }
  };
  const ask = <Answer extends ScopeList | Facet>(question: Question, left?: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (left?.aborted) return reject(left.reason);
      const id = ++questions;
      const leave = () => {
        waiting.delete(id);
        say({ type: "forget", id });
        reject(left?.reason);
      };
      left?.addEventListener("abort", leave, { once: true });
      waiting.set(id, (answer) => {
        left?.removeEventListener("abort", leave);
        resolve(answer as Answer);
      });
      say({ type: "question", id, question });
    });
  const open = () => say({ type: "open", config: { access }, origin: location.origin });

  worker.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => batch(() => hear(data)));
  worker.addEventListener("error", () => {
    const problem = "The page cannot keep up with the registry: load it again";
    status.value = { ...status.value, phase: "broken", since: Date.now(), problem };
  });
  session.onChange(open);
  addEventListener("online", () => say({ type: "retry" }));
  addEventListener("offline", () => say({ type: "offline" }));
  open();

  return {
    status,
    change,
    list: (query, window, left) => ask<ScopeList>({ ask: "list", query, window }, left),
    facet: (kind, query, text, left) => ask<Facet>({ ask: "facet", kind, query, text }, left),
    retry: () => say({ type: "retry" }),
  };
}
