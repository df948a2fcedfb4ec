import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { plain } from "../../src/cli/output/paint.ts";
import { createTable } from "../../src/cli/output/table.ts";

const COLUMNS = [
  { title: "NAME", text: ([name = ""]: readonly string[]) => name },
  { title: "TEXT", text: ([, text = ""]: readonly string[]) => text },
];
const NOWHERE = { paint: plain, width: Number.POSITIVE_INFINITY };

describe("createTable", () => {
  it("aligns by what is seen, not by what is counted", () => {
    const rows = [
      ["文書", "two columns each"],
      ["abcd", "x"],
    ];
    expect(createTable(COLUMNS, NOWHERE).page(rows)).toEqual(["NAME  TEXT", "文書  two columns each", "abcd  x"]);
  });

  it("cuts the last column, leaves it out where that is not enough, and never cuts the first", () => {
    const rows = [["n".repeat(25), "t".repeat(200)]];
    const lines = createTable(COLUMNS, { paint: plain, width: 40 }).page(rows);
    expect(lines.at(-1)).toBe(`${"n".repeat(25)}  ${"t".repeat(12)}…`);
    expect(createTable(COLUMNS, { paint: plain, width: 30 }).page(rows).at(-1)).toBe("n".repeat(25));
    expect(lines.every((line) => stringWidth(line) <= 40)).toBe(true);
    expect(createTable(COLUMNS, NOWHERE).page(rows).at(-1)).toContain("t".repeat(200));
  });

  it("has its titles once, and a dash where a cell is empty", () => {
    const table = createTable(COLUMNS, NOWHERE);
    expect(table.page([["a", ""]])).toEqual(["NAME  TEXT", "a     -"]);
    expect(table.page([["abcdef", "b"]])).toEqual(["abcdef  b"]);
    expect(table.page([])).toEqual([]);
  });

  it("keeps what others have written on its line", () => {
    expect(
      createTable(COLUMNS, NOWHERE)
        .page([["a\nb", "\u001b[31mred"]])
        .at(-1),
    ).toBe("a\ufffdb   \ufffd[31mred");
  });
});
