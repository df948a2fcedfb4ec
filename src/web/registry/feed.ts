/** The feed: every scope, live, as the worker behind the page keeps it. */
import type { ReadonlySignal } from "@preact/signals";
import type { ScopeQuery, StateName } from "../navigation/place.ts";

/** How the feed is. */
export interface FeedStatus {
  /**
   * `connecting`: nothing is known yet; `loading`: the first scopes are there; `live`: all are, and changes come as they happen;
   * `broken`: what is shown may be old, and it is tried again; `refused`: nobody has signed in, or the token does not do.
   */
  readonly phase: "connecting" | "loading" | "live" | "broken" | "refused";
  /** How many scopes are known. */
  readonly scopes: number;
  /** The revision of what is known; 0: nothing is. */
  readonly revision: number;
  /** When the registry was last heard of, in milliseconds since 1970-01-01T00:00:00Z; 0: never. */
  readonly asOf: number;
  /** Since when it is in this phase, in the same unit. */
  readonly since: number;
  /** Why it is broken or refused, for people; empty: it is not. */
  readonly problem: string;
}

/** A scope as a list shows it. */
export interface ScopeRow {
  readonly name: string;
  /** Cut off after 300 characters. */
  readonly description: string;
  /** Empty: the registry itself. */
  readonly owner: string;
  readonly state: StateName;
  readonly isDefault: boolean;
  readonly restricted: boolean;
  readonly unlisted: boolean;
  /** Whether it stands for a family of names. */
  readonly isTemplate: boolean;
  /** Whether a change of it waits for review. */
  readonly isProposed: boolean;
  readonly replacedBy: string;
  /** When it changed while the page was open, in milliseconds since 1970-01-01T00:00:00Z; 0: it did not. */
  readonly changedAt: number;
}

/** A value that a list can be narrowed to, and how many scopes would be left. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** Values of a kind, the most frequent first; of the same count by name. */
export interface Facet {
  readonly values: readonly FacetValue[];
  /** How many there are, of which these are some. */
  readonly total: number;
}

/** The kinds that have any number of values. */
export type FacetKind = "owners" | "resources";

/** What a list can be narrowed to further; each as if nothing else of its kind was chosen. */
export interface Facets {
  /** The ten most frequent, and behind them what else was chosen. */
  readonly owners: Facet;
  /** All states. */
  readonly states: readonly (FacetValue & { readonly value: StateName })[];
  /** As of the owners. */
  readonly resources: Facet;
  readonly defaults: number;
}

/** The part of a list that is in sight. */
export interface ScopeWindow {
  readonly start: number;
  readonly count: number;
  /** A scope, and its place when the list was last asked for: where it has moved, the window moves with it, unless it begins at 0. */
  readonly anchor?: { readonly name: string; readonly index: number };
}

/** A part of a list. */
export interface ScopeList {
  readonly total: number;
  readonly start: number;
  readonly rows: readonly ScopeRow[];
  readonly facets: Facets;
  readonly revision: number;
  /** By how many places the window's anchor has moved; 0: it has not, or is gone. */
  readonly moved: number;
}

/** Which scopes have changed, up to a revision. */
export interface FeedChange {
  readonly revision: number;
  /** Empty with `all`. */
  readonly names: ReadonlySet<string>;
  /** Whether any may have changed: everything was read anew. */
  readonly all: boolean;
}

/** The feed. */
export interface Feed {
  readonly status: ReadonlySignal<FeedStatus>;
  /** The newest change since the page was opened; undefined: there was none. */
  readonly change: ReadonlySignal<FeedChange | undefined>;
  /** The scopes that a query finds, best first; without words by name. @param signal the answer is no longer wanted */
  list(query: ScopeQuery, window: ScopeWindow, signal?: AbortSignal): Promise<ScopeList>;
  /** All values of a kind that a list could be narrowed to and that hold a text: the first 200 of them. */
  facet(kind: FacetKind, query: ScopeQuery, text: string, signal?: AbortSignal): Promise<Facet>;
  /** Tries again at once, where the feed is broken. */
  retry(): void;
}
