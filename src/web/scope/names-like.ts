/** What to look for where a name is none: rules, without asking anybody. */

const SEPARATOR = /[:/.]/;

/**
 * What templates begin with that a name could be an instance of: each of its beginnings that end with a separator, and an opening
 * brace behind it. The first segment of a template has no parameter.
 */
export function templateBeginnings(name: string): readonly string[] {
  return Array.from(name.matchAll(/[:/.]/g), ({ index }) => `${name.slice(0, index + 1)}{`);
}

/** What to search for, the nearest first: the words of the name, and fewer of them from its end. */
export function searchesFor(name: string): readonly string[] {
  const words = name.split(SEPARATOR).filter((word) => word !== "");
  return words.map((_, at) => words.slice(0, words.length - at).join(" "));
}
