import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageOf } from "../../../src/registry/governance/page.ts";
import { refusedBy } from "./refused-by.ts";

const MIB = 1024 * 1024;

function readAll(names: readonly string[], pageSize: number, sizeOf: (name: string) => number = () => 1): string[][] {
  const pages: string[][] = [];
  let pageToken = "";
  do {
    const page = pageOf({ names, itemOf: (name) => name, sizeOf, filters: [], query: { pageSize, pageToken } });
    pages.push([...page.items]);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && pages.length <= names.length);
  return pages;
}

describe("a page of a list", () => {
  it("has what the pages before had not, each once and in order", () => {
    const anyNames = fc.uniqueArray(fc.stringMatching(/^[ -~]{1,4}$/)).map((names) => names.sort());
    fc.assert(
      fc.property(anyNames, fc.integer({ min: 1, max: 4 }), (names, pageSize) => {
        const pages = readAll(names, pageSize);
        expect(pages.flat()).toEqual(names);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(names.length / pageSize)));
      }),
    );
  });

  it("has 100 items unless it is told, and never more than 1,000", () => {
    const names = Array.from({ length: 1_001 }, (_, at) => `n${at}`).sort();
    expect(readAll(names, 0)[0]).toHaveLength(100);
    expect(readAll(names, 2_147_483_647)[0]).toHaveLength(1_000);
  });

  it("has fewer where an answer would be too large, and always one", () => {
    const sizes: Record<string, number> = { a: MIB, b: MIB, c: MIB, d: MIB, e: 9 * MIB, f: MIB };
    expect(readAll(Object.keys(sizes), 0, (name) => sizes[name] ?? 0)).toEqual([["a", "b", "c"], ["d"], ["e"], ["f"]]);
  });

  it("makes no more items than it has, and one", () => {
    const made: string[] = [];
    const itemOf = (name: string) => {
      made.push(name);
      return name;
    };
    const query = { pageSize: 4, pageToken: "" };
    pageOf({ names: ["a", "b", "c", "d", "e"], itemOf, sizeOf: () => 2 * MIB, filters: [], query });
    expect(made).toEqual(["a", "b"]);
  });

  it("is refused with a negative size, or with a token of other filters", () => {
    const list = { names: ["a", "b"], itemOf: (name: string) => name, sizeOf: () => 1 };
    expect(refusedBy(() => pageOf({ ...list, filters: [], query: { pageSize: -1, pageToken: "" } }))).toMatchObject({
      reason: "INVALID_REQUEST",
      violations: [{ field: "page_size" }],
    });
    const { nextPageToken } = pageOf({ ...list, filters: ["billing-api"], query: { pageSize: 1, pageToken: "" } });
    const query = { pageSize: 1, pageToken: nextPageToken };
    expect(pageOf({ ...list, filters: ["billing-api"], query }).items).toEqual(["b"]);
    expect(refusedBy(() => pageOf({ ...list, filters: ["docs-api"], query })).reason).toBe("INVALID_PAGE_TOKEN");
  });
});
