import { describe, expect, it } from "vitest";
import { parseRequiredScopes } from "../../src/resource-server/required-scopes.ts";

describe("parseRequiredScopes", () => {
  it("reads a string and an array alike, each name once", () => {
    expect(parseRequiredScopes(" a  b a ")).toEqual(["a", "b"]);
    expect(parseRequiredScopes(["a", "b", "a"])).toEqual(["a", "b"]);
    expect(parseRequiredScopes([])).toEqual([]);
  });

  it.each(["", "  "])("refuses %j, which would let any token in", (scopes) => {
    expect(() => parseRequiredScopes(scopes)).toThrow("name at least one, or give []");
  });

  it.each([[["a b"]], ['a"b'], ["a\tb"], [[""]], ["é"], ["a".repeat(256)]])(
    "refuses %j, which is no scope name",
    (scopes) => {
      expect(() => parseRequiredScopes(scopes)).toThrow("is no scope name");
    },
  );
});
