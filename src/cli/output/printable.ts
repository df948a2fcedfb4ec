/** What moves a terminal's cursor, or turns the direction of its text: control characters, and those of bidirectional text. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text of others for a terminal, on one line: it cannot do anything there but be read. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "\ufffd");
}
