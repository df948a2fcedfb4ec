/** A language that a scope has a text in, or lacks. */
export interface ConsentLanguage {
  /** A BCP 47 tag. */
  readonly tag: string;
  /** Whether the scope has no text in it, while others of its owner do. */
  readonly missing: boolean;
}

/**
 * The languages of a scope in the order of their tags, and after them those that only other scopes of its owner have.
 *
 * @param own the tags of the scope's texts
 * @param others the tags of the texts of its owner's other scopes, in any order and as often as one likes
 */
export function consentLanguages(own: readonly string[], others: Iterable<string>): readonly ConsentLanguage[] {
  const missing = new Set(others);
  for (const tag of own) missing.delete(tag);
  return [
    ...[...own].sort().map((tag) => ({ tag, missing: false })),
    ...[...missing].sort().map((tag) => ({ tag, missing: true })),
  ];
}
