import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isScopeName, parseScopeParameter } from "../../src/judging/index.ts";

/** scope-token = 1*NQCHAR, NQCHAR = %x21 / %x23-5B / %x5D-7E (RFC 6749 §3.3), computed without a regular expression. */
function isScopeToken(text: string): boolean {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return units.length > 0 && units.every((unit) => unit >= 0x21 && unit <= 0x7e && unit !== 0x22 && unit !== 0x5c);
}

const nearlyName = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0x20, max: 0x7f }) }, fc.nat(0xffff)), {
  maxLength: 12,
});

describe("a scope name", () => {
  it("is a scope-token of RFC 6749 of at most 255 characters", () => {
    fc.assert(
      fc.property(nearlyName, (units) => {
        const text = String.fromCharCode(...units);
        expect(isScopeName(text)).toBe(isScopeToken(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("may hold each character that the grammar names and no other", () => {
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const character = String.fromCharCode(unit);
      if (isScopeName(character) !== isScopeToken(character)) expect.fail(`0x${unit.toString(16)}`);
    }
  });

  it("has 1 to 255 characters", () => {
    expect(isScopeName("")).toBe(false);
    expect(isScopeName("n".repeat(255))).toBe(true);
    expect(isScopeName("n".repeat(256))).toBe(false);
  });

  it("does not end before a line feed", () => {
    expect(isScopeName("read\n")).toBe(false);
    expect(isScopeName("\nread")).toBe(false);
  });
});

describe("a scope parameter", () => {
  it("gives its names in order, whatever the spaces between them", () => {
    const spaces = fc.nat(3).map((count) => " ".repeat(count));
    const name = fc.stringMatching(/^[^ ]{1,6}$/);
    fc.assert(
      fc.property(spaces, fc.array(fc.tuple(name, spaces)), (lead, parts) => {
        const parameter = lead + parts.map(([text, gap]) => `${text} ${gap}`).join("");
        expect(parseScopeParameter(parameter)).toEqual(parts.map(([text]) => text));
      }),
    );
  });

  it("keeps other white space in a name, so that it is judged as malformed", () => {
    expect(parseScopeParameter("a\tb c\nd")).toEqual(["a\tb", "c\nd"]);
    expect(parseScopeParameter("a\u00a0b")).toEqual(["a\u00a0b"]);
  });

  it("without a name gives none", () => {
    expect(parseScopeParameter("")).toEqual([]);
    expect(parseScopeParameter("   ")).toEqual([]);
  });
});
