import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TextPart, textDifference } from "../../src/web/history/text-difference.ts";

const textOf = (parts: readonly TextPart[], kind: TextPart["kind"]) =>
  parts
    .filter((part) => part.kind === kind || part.kind === "same")
    .map(({ text }) => text)
    .join("");

const signed = (parts: readonly TextPart[]) =>
  parts.map(({ kind, text }) => `${kind === "same" ? "" : kind === "gone" ? "-" : "+"}[${text}]`).join("");

/** Texts that have much in common, as versions of a description do. */
const words = fc.array(fc.constantFrom("read", "your", "invoices", " ", " ", ", ", ".", "\n", "قراءة", "é", "👍🏽"));
const text = fc.oneof(
  words.map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);

describe("textDifference", () => {
  it("loses nothing: what is gone makes the first text, what is added the second", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = textDifference(before, after);
        expect(textOf(parts, "gone")).toBe(before);
        expect(textOf(parts, "added")).toBe(after);
        expect(parts.every((part) => part.text !== "")).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("finds nothing changed in the same text", () => {
    fc.assert(
      fc.property(text, (same) => {
        expect(textDifference(same, same).every(({ kind }) => kind === "same" || same.trim() === "")).toBe(true);
      }),
    );
  });

  it.each([
    ["Read your invoices", "Read all your invoices", "[Read ]+[all ][your invoices]"],
    ["Read your invoices", "Read all invoices", "[Read ]-[your]+[all][ invoices]"],
    ["Read one thing", "Read two words", "[Read ]-[one thing]+[two words]"],
    ["Read", "Write", "-[Read]+[Write]"],
    ["a b", "c d", "-[a b]+[c d]"],
    ["", "Read", "+[Read]"],
    ["Read.", "Read", "[Read]-[.]"],
  ])("reads %j and %j word by word", (before, after, expected) => {
    expect(signed(textDifference(before, after))).toBe(expected);
  });

  it("takes texts that are too long to compare as a whole", () => {
    const long = (word: string) => Array.from({ length: 1_500 }, (_, at) => `${word}${at}`).join(" ");
    expect(textDifference(`${long("a")} x`, `${long("b")} y`).map(({ kind }) => kind)).toEqual(["gone", "added"]);
  });
});
