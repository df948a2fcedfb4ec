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
  readonly description: string;
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

/** What a list can be narrowed to further; each as if nothing else of its kind was chosen. The most frequent values come first. */
export interface Facets {
  readonly owners: readonly FacetValue[];
  readonly states: readonly FacetValue[];
  readonly resources: readonly FacetValue[];
  readonly defaults: number;
}

/** The part of a list that is in sight. */
export interface ScopeWindow {
  readonly start: number;
  readonly count: number;
}

/** A part of a list. */
export interface ScopeList {
  readonly total: number;
  readonly start: number;
  readonly rows: readonly ScopeRow[];
  readonly facets: Facets;
  readonly revision: number;
}

/** Which scopes a revision has changed. */
export interface FeedChange {
  readonly revision: number;
  readonly names: ReadonlySet<string>;
}

/** The feed. */
export interface Feed {
  readonly status: ReadonlySignal<FeedStatus>;
  /** The newest change since the page was opened; undefined: there was none. */
  readonly change: ReadonlySignal<FeedChange | undefined>;
  /** The scopes that a query finds, best first; without words by name. */
  list(query: ScopeQuery, window: ScopeWindow): Promise<ScopeList>;
  /** Tries again at once, where the feed is broken. */
  retry(): void;
}
