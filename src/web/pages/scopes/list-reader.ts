import type { ScopeQuery } from "../../navigation/place.ts";
import type { Feed, ScopeList, ScopeWindow } from "../../registry/feed.ts";

/** What a list was asked for, and what came. */
export interface ReadList {
  readonly query: ScopeQuery;
  readonly list: ScopeList;
}

/** Reads windows of lists, one question at a time. */
export interface ListReader {
  /** Wants a part of a list: at once if it is another list, else as soon as the question before is answered. */
  want(query: ScopeQuery, window: ScopeWindow): void;
  /** What is wanted may have changed. */
  refresh(): void;
  stop(): void;
}

/**
 * Makes a reader. However fast somebody types, and however often something changes, there is one question under way, and the newest
 * that was wanted is the next one: no answer is awaited that nobody needs, and none is put off for ever.
 *
 * @param anchor what the window moves with, in the list that is shown now
 * @param shown the query of a list that is shown already
 */
export function createListReader(
  feed: Pick<Feed, "list">,
  anchor: () => ScopeWindow["anchor"],
  onList: (read: ReadList) => void,
  shown?: ScopeQuery,
): ListReader {
  let wanted: { readonly query: ScopeQuery; readonly window: ScopeWindow } | undefined;
  let shownQuery = shown;
  let asked: AbortController | undefined;
  let isOutdated = false;

  const ask = async () => {
    if (wanted === undefined) return;
    const { query, window } = wanted;
    const question = new AbortController();
    asked = question;
    isOutdated = false;
    const moving = query === shownQuery ? anchor() : undefined;
    try {
      const list = await feed.list(query, { ...window, ...(moving && { anchor: moving }) }, question.signal);
      if (asked !== question) return;
      shownQuery = query;
      onList({ query, list });
    } catch (error) {
      if (!question.signal.aborted) throw error;
      return;
    }
    // It is under way until what has come is drawn, and Preact runs effects that are left over before it draws: a question of theirs
    // would have the anchor of the list before, which would move a second time.
    setTimeout(() => {
      if (asked !== question) return;
      asked = undefined;
      if (isOutdated) void ask();
    });
  };
  const refresh = () => {
    if (asked === undefined) void ask();
    else isOutdated = true;
  };

  return {
    want(query, window) {
      const isOther = query !== wanted?.query;
      wanted = { query, window };
      if (isOther) asked?.abort();
      if (isOther || asked === undefined) void ask();
      else isOutdated = true;
    },
    refresh,
    stop() {
      wanted = undefined;
      asked?.abort();
      asked = undefined;
    },
  };
}
