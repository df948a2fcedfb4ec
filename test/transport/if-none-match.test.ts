import { expect, it } from "vitest";
import { hasTag } from "../../src/transport/http/if-none-match.ts";

it.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b" , W/"a"', true],
  ["*", true],
  ['"b"', false],
  ["a", false],
  ["", false],
  [null, false],
])("compares %s weakly", (header, expected) => {
  expect(hasTag(header, '"a"')).toBe(expected);
  expect(hasTag(header, 'W/"a"')).toBe(expected);
});
