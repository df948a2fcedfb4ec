/** What has come into a list and what has left it. */
export interface ListDifference<T> {
  readonly gone: readonly T[];
  readonly added: readonly T[];
}

/** The difference of two lists whose items stand in each once. None, although they differ: only their order has changed. */
export function listDifference<T>(before: readonly T[], after: readonly T[]): ListDifference<T> {
  const had = new Set(before);
  const has = new Set(after);
  return { gone: before.filter((item) => !has.has(item)), added: after.filter((item) => !had.has(item)) };
}
