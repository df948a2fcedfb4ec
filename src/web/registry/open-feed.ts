import { signal } from "@preact/signals";
import type { Session } from "../sign-in/session.ts";
import type { CatalogueConfig } from "./catalogue-config.ts";
import type { Feed, FeedStatus } from "./feed.ts";

/** Opens the feed. */
export function openFeed(_config: CatalogueConfig, _session: Session): Feed {
  const status = signal<FeedStatus>({
    phase: "connecting",
    scopes: 0,
    revision: 0,
    asOf: 0,
    since: Date.now(),
    problem: "",
  });
  return { status, change: signal(undefined), list: () => Promise.reject(new Error("not built")), retry() {} };
}
