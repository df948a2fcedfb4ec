/** How a text that may hold anything is written in another language, so that it is read there as it was. */

/** What no shell reads anything into. zsh looks a command up for `=` at the beginning. */
const PLAIN_WORD = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/**
 * A word of a line for sh, bash, zsh or fish. In single quotes nothing has a meaning but the quote itself, which stands outside
 * of them; history expansion leaves them alone too.
 */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A string of JavaScript, Python and Go: JSON's strings are strings in all three. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text);
}

/** A message in JSON, as a word of a line for a shell. */
export function jsonWord(message: unknown): string {
  return shellWord(JSON.stringify(message));
}
