/** A table in Markdown. Columns with numbers stand at the right. */
export function markdownTable(heads: readonly Head[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = `|${heads.map(({ isNumber }) => (isNumber ? "---:" : "---")).join("|")}|`;
  return [line(heads.map(({ text }) => text)), rule, ...rows.map(line)].join("\n");
}

/** The head of a column. */
export interface Head {
  readonly text: string;
  readonly isNumber?: boolean;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
