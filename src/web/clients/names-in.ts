/** The names in a text, each once: no name has a blank, so that lines and blanks part them. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((name) => name !== ""))];
}
