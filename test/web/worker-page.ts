import type { Facet, FeedChange, FeedStatus, ScopeList } from "../../src/web/registry/feed.ts";
import { createFeedService } from "../../src/web/registry/worker/feed-service.ts";
import type { PageMessage, Question, WorkerMessage } from "../../src/web/registry/worker-messages.ts";
import { queryOf } from "./sample-feed.ts";

/** What the page is to its worker, without a browser: messages are copied on their way, as a browser does. */
export interface WorkerPage extends Disposable {
  readonly status: FeedStatus;
  readonly changes: readonly FeedChange[];
  /** How many tokens the worker has asked for. */
  readonly tokensWanted: number;
  say(message: PageMessage): void;
  ask<Answer extends ScopeList | Facet>(question: Question): Promise<Answer>;
  /** The names of all scopes, in the order of the list. */
  names(text?: string): Promise<readonly string[]>;
}

/** Starts the worker's part behind a page. @param token of whoever looks at it */
export function startWorkerPage(token: () => Promise<string | undefined>): WorkerPage {
  const messages: WorkerMessage[] = [];
  const answers = new Map<number, (answer: ScopeList | Facet) => void>();
  let asked = 0;
  const service = createFeedService((message) => {
    const copy = structuredClone(message);
    messages.push(copy);
    if (copy.type === "answer") answers.get(copy.id)?.(copy.answer);
    if (copy.type === "token-wanted") token().then((given) => page.say({ type: "token", id: copy.id, token: given }));
  });
  const page: WorkerPage = {
    get status() {
      const last = messages.findLast((message) => message.type === "status");
      if (last === undefined) throw new Error("The worker has not said how it is");
      return last.status;
    },
    get changes() {
      return messages.filter((message) => message.type === "change").map(({ change }) => change);
    },
    get tokensWanted() {
      return messages.filter(({ type }) => type === "token-wanted").length;
    },
    say: (message) => service.receive(structuredClone(message)),
    ask: <Answer extends ScopeList | Facet>(question: Question) =>
      new Promise<Answer>((resolve) => {
        answers.set(++asked, (answer) => resolve(answer as Answer));
        page.say({ type: "question", id: asked, question });
      }),
    async names(text = "") {
      const window = { start: 0, count: 100 };
      const { rows } = await page.ask<ScopeList>({ ask: "list", query: queryOf({ text }), window });
      return rows.map(({ name }) => name);
    },
    [Symbol.dispose]: () => service.stop(),
  };
  return page;
}
