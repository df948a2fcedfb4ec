/**
 * The list that a flag sets, in place of the stored one.
 *
 * @param given the flag's values; false: its `--no-` is given; true or undefined: neither is, and what is stored stays
 */
export function givenList(given: readonly string[] | boolean | undefined, stored: readonly string[] = []): string[] {
  if (given === false) return [];
  return [...(typeof given === "object" ? given : stored)];
}
