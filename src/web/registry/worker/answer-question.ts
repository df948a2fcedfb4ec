import type { Facet, ScopeList, ScopeWindow } from "../feed.ts";
import type { Question } from "../worker-messages.ts";
import type { ScopeEntry } from "./scope-entry.ts";
import type { ScopeSearch } from "./scope-search.ts";

/** Answers the page out of what is known at this moment. @param revision of that */
export function answerQuestion(question: Question, search: ScopeSearch, revision: number): ScopeList | Facet {
  const { entries, counts } = search.find(question.query);
  if (question.ask === "facet") return counts.all(question.kind, question.text);
  const { window, query } = question;
  const moved = movement(entries, window.anchor);
  // Who is at the very top stays there and sees what comes in.
  const first = window.start === 0 ? 0 : window.start + moved;
  const start = Math.max(0, Math.min(first, entries.length - window.count));
  return {
    total: entries.length,
    start,
    rows: entries.slice(start, start + window.count).map(({ row }) => row),
    facets: counts.facets(query),
    revision,
    moved,
  };
}

function movement(entries: readonly ScopeEntry[], anchor: ScopeWindow["anchor"]): number {
  if (anchor === undefined || entries[anchor.index]?.row.name === anchor.name) return 0;
  const index = entries.findIndex(({ row }) => row.name === anchor.name);
  return index < 0 ? 0 : index - anchor.index;
}
