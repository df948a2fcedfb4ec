/** The worker behind the page: it follows the registry and searches, so that the page never waits for either. */
import type { PageMessage, WorkerMessage } from "../worker-messages.ts";
import { createFeedService } from "./feed-service.ts";

/** The page, as a worker sees it. The libraries of the page and of a worker cannot be had in one program. */
interface Page {
  postMessage(message: WorkerMessage): void;
  addEventListener(type: "message", listener: (event: MessageEvent<PageMessage>) => void): void;
}

const page = globalThis as unknown as Page;
const service = createFeedService((message) => page.postMessage(message));
page.addEventListener("message", ({ data }) => service.receive(data));
