import type { ScopeEntry } from "./scope-entry.ts";

/** The words of a search do not belong to the scope. */
export const NOT_FOUND = -1;

/** Where a word is found, the best place first. */
const RANK = { name: 0, nameBegins: 1, segmentBegins: 2, inName: 3, inAliases: 4, elsewhere: 5 } as const;

/** More than the ranks of all words together: what counts first is the worst of them. */
const WORST = 128;
/** Of more words than this the rest only has to be found. */
const RANKED_WORDS = 20;

/** All ranks are below it. */
export const RANKS = (RANK.elsewhere + 1) * WORST;

/**
 * How well a scope is what was looked for: 0 is best.
 *
 * @param words folded; all of them have to be found
 * @returns {@link NOT_FOUND}: one of them is not
 */
export function matchRank(entry: ScopeEntry, words: readonly string[]): number {
  let worst = 0;
  let sum = 0;
  for (let at = 0; at < words.length; at++) {
    const rank = wordRank(entry, words[at] as string);
    if (rank === NOT_FOUND) return NOT_FOUND;
    if (rank > worst) worst = rank;
    if (at < RANKED_WORDS) sum += rank;
  }
  return worst * WORST + sum;
}

function wordRank({ text, nameEnd, aliasesEnd }: ScopeEntry, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return NOT_FOUND;
  if (at === 0) return nameEnd === word.length ? RANK.name : RANK.nameBegins;
  if (at > nameEnd) return at < aliasesEnd ? RANK.inAliases : RANK.elsewhere;
  for (let next = at; next >= 0 && next < nameEnd; next = text.indexOf(word, next + 1)) {
    if (isSeparator(text.charCodeAt(next - 1))) return RANK.segmentBegins;
  }
  return RANK.inName;
}

/** Whether it is one of `- . / : _`. */
function isSeparator(code: number): boolean {
  return (code >= 0x2d && code <= 0x2f) || code === 0x3a || code === 0x5f;
}
