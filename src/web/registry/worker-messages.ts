/** What the page and its worker say to each other. */
import type { ScopeQuery } from "../navigation/place.ts";
import type { CatalogueConfig } from "./catalogue-config.ts";
import type { Facet, FacetKind, FeedChange, FeedStatus, ScopeList, ScopeWindow } from "./feed.ts";

/** A question of the page. */
export type Question =
  | { readonly ask: "list"; readonly query: ScopeQuery; readonly window: ScopeWindow }
  | { readonly ask: "facet"; readonly kind: FacetKind; readonly query: ScopeQuery; readonly text: string };

/** What the page says. */
export type PageMessage =
  /** First, and whenever somebody has signed in or out: all that is known is forgotten. */
  | { readonly type: "open"; readonly config: Pick<CatalogueConfig, "access">; readonly origin: string }
  /** The answer to `token-wanted`; a token that is undefined: it is to read without one. */
  | { readonly type: "token"; readonly id: number; readonly token: string | undefined }
  | { readonly type: "no-token"; readonly id: number; readonly why: string }
  | { readonly type: "question"; readonly id: number; readonly question: Question }
  /** The answer is no longer wanted. */
  | { readonly type: "forget"; readonly id: number }
  /** Tries again at once, where the feed is broken. */
  | { readonly type: "retry" }
  /** The browser has lost its network: what is open may be dead without knowing. */
  | { readonly type: "offline" };

/** What the worker says. */
export type WorkerMessage =
  | { readonly type: "token-wanted"; readonly id: number }
  | { readonly type: "status"; readonly status: FeedStatus }
  | { readonly type: "change"; readonly change: FeedChange }
  | { readonly type: "answer"; readonly id: number; readonly answer: ScopeList | Facet };
