/** A part of two texts: what both have, what only the first has, or what only the second has. */
export interface TextPart {
  readonly kind: "same" | "gone" | "added";
  readonly text: string;
}

/** Words, blanks, and everything else by itself. */
const TOKEN = /[\p{L}\p{M}\p{N}_]+|\s+|./gsu;

/** The most cells of the table that a comparison fills: about what two texts of 1,000 words need. */
const MAX_CELLS = 1_000_000;

/**
 * Two texts, compared word by word. What is the same and gone is the first text, what is the same and added the second. Texts
 * that are too long to compare, or have no word in common, are gone and added as a whole.
 */
export function textDifference(before: string, after: string): TextPart[] {
  const old = before.match(TOKEN) ?? [];
  const now = after.match(TOKEN) ?? [];
  const start = commonLength(old, now, (list, at) => list[at]);
  const rest = Math.min(old.length, now.length) - start;
  const end = Math.min(
    rest,
    commonLength(old, now, (list, at) => list[list.length - 1 - at]),
  );
  const middle = compared(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const same = (words: readonly string[]) => words.map((text): TextPart => ({ kind: "same", text }));
  const parts = [...same(old.slice(0, start)), ...middle, ...same(old.slice(old.length - end))];
  return joined(parts.some(({ kind, text }) => kind === "same" && text.trim() !== "") ? parts : replaced(old, now));
}

function commonLength(
  old: readonly string[],
  now: readonly string[],
  at: (list: readonly string[], place: number) => string | undefined,
): number {
  const most = Math.min(old.length, now.length);
  let length = 0;
  while (length < most && at(old, length) === at(now, length)) length += 1;
  return length;
}

/** By the longest sequence of words that both have. */
function compared(old: readonly string[], now: readonly string[]): TextPart[] {
  const width = now.length + 1;
  if ((old.length + 1) * width > MAX_CELLS) return replaced(old, now);
  const longest = new Uint16Array((old.length + 1) * width);
  const cell = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      longest[row * width + column] =
        old[row] === now[column]
          ? cell(row + 1, column + 1) + 1
          : Math.max(cell(row + 1, column), cell(row, column + 1));
    }
  }
  const parts: TextPart[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const [gone, added] = [old[row], now[column]];
    if (gone !== undefined && gone === added) {
      parts.push({ kind: "same", text: gone });
      row += 1;
      column += 1;
    } else if (gone !== undefined && (added === undefined || cell(row + 1, column) >= cell(row, column + 1))) {
      parts.push({ kind: "gone", text: gone });
      row += 1;
    } else {
      parts.push({ kind: "added", text: added ?? "" });
      column += 1;
    }
  }
  return parts;
}

function replaced(old: readonly string[], now: readonly string[]): TextPart[] {
  return [
    ...old.map((text) => ({ kind: "gone", text }) as const),
    ...now.map((text) => ({ kind: "added", text }) as const),
  ];
}

/** Neighbours of a kind as one, of what changes first what is gone. A blank between two changed words is read as changed too. */
function joined(parts: readonly TextPart[]): TextPart[] {
  const found: TextPart[] = [];
  let gone = "";
  let added = "";
  const changed = () => {
    if (gone !== "") found.push({ kind: "gone", text: gone });
    if (added !== "") found.push({ kind: "added", text: added });
    gone = added = "";
  };
  for (const [at, { kind, text }] of parts.entries()) {
    const isBetween = text.trim() === "" && gone + added !== "" && (parts[at + 1]?.kind ?? "same") !== "same";
    if (kind === "gone" || (kind === "same" && isBetween)) gone += text;
    if (kind === "added" || (kind === "same" && isBetween)) added += text;
    if (kind !== "same" || isBetween) continue;
    changed();
    const last = found.at(-1);
    if (last?.kind === "same") found[found.length - 1] = { kind: "same", text: last.text + text };
    else found.push({ kind: "same", text });
  }
  changed();
  return found;
}
