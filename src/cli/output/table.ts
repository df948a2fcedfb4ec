import cliTruncate from "cli-truncate";
import stringWidth from "string-width";
import type { Output } from "./output.ts";
import type { Style } from "./paint.ts";
import { printable } from "./printable.ts";

const GAP = "  ";
/** How narrow a column is made for the others' sake, in characters. */
const NARROWEST = 12;
/** What stands where a cell is empty, so that each line has as many words as columns. */
const EMPTY = "-";

/** One column of a table. */
export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  readonly style?: (row: T) => Style | undefined;
}

/** A table that is written page by page. */
export interface Table<T> {
  /** The lines of the next rows, below the titles in the first page. */
  page(rows: readonly T[]): string[];
}

/**
 * Makes a table of aligned columns. On a terminal, columns are cut until a line fits, the last one first, and where that is not
 * enough the last ones are left out; the first column is always whole, as it names the row. Elsewhere nothing is cut. What a page
 * leaves out, later ones leave out too.
 */
export function createTable<T>(
  columns: readonly Column<T>[],
  { paint, width }: Pick<Output, "paint" | "width">,
): Table<T> {
  let widths = columns.map(({ title }) => title.length);
  let isFirst = true;

  function line(cells: readonly string[], styleOf: (index: number) => Style | undefined): string {
    const shown = cells.slice(0, widths.length);
    const last = shown.length - 1;
    const padded = shown.map((cell, index) => {
      const most = widths[index] ?? 0;
      const text = stringWidth(cell) > most ? cliTruncate(cell, most) : cell;
      const padding = index === last ? "" : " ".repeat(most - stringWidth(text));
      return paint(styleOf(index), text) + padding;
    });
    return padded.join(GAP);
  }

  return {
    page(rows) {
      const cells = rows.map((row) => columns.map(({ text }) => printable(text(row)) || EMPTY));
      const natural = widths.map((least, index) =>
        Math.max(least, ...cells.map((row) => stringWidth(row[index] ?? ""))),
      );
      widths = fitWidths(natural, width);
      const lines = rows.map((row, at) => line(cells[at] ?? [], (index) => columns[index]?.style?.(row)));
      if (!isFirst || rows.length === 0) return lines;
      isFirst = false;
      return [
        line(
          columns.map(({ title }) => title),
          () => "dim",
        ),
        ...lines,
      ];
    },
  };
}

/**
 * The widths, narrowed until all fit: the last column first, which is the one that can be missed, then the widest; the last ones
 * have none where all are narrow by then. The first keeps its own.
 */
function fitWidths(natural: readonly number[], width: number): number[] {
  const [first = 0, ...others] = natural;
  let excess = natural.reduce((sum, each) => sum + each, GAP.length * others.length) - width;
  while (excess > 0 && others.length > 0) {
    const isLastWide = (others.at(-1) ?? 0) > NARROWEST;
    const narrowed = isLastWide ? others.length - 1 : others.indexOf(Math.max(...others));
    const most = others[narrowed] ?? 0;
    if (most <= NARROWEST) {
      excess -= GAP.length + (others.pop() ?? 0);
    } else {
      others[narrowed] = most - 1;
      excess -= 1;
    }
  }
  return [first, ...others];
}
