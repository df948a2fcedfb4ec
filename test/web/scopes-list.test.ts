import { describe, expect, it } from "vitest";
import type { ScopeQuery } from "../../src/web/navigation/place.ts";
import { listText } from "../../src/web/pages/scopes/count-text.ts";
import { createListReader } from "../../src/web/pages/scopes/list-reader.ts";
import { windowAround } from "../../src/web/pages/scopes/list-window.ts";
import { filtersOf, filterWords, toggled } from "../../src/web/pages/scopes/query-filters.ts";
import { rowAfterKey } from "../../src/web/pages/scopes/row-keys.ts";
import type { ScopeList, ScopeWindow } from "../../src/web/registry/feed.ts";
import { queryOf } from "./sample-feed.ts";

describe("the window of a list", () => {
  it("holds what is in sight and fifty rows on either side, and seldom changes while one scrolls", () => {
    expect(windowAround({ first: 0, last: 20 })).toEqual({ start: 0, count: 100 });
    expect(windowAround({ first: 1_000, last: 1_030 })).toEqual({ start: 950, count: 150 });
    expect(windowAround({ first: 1_049, last: 1_079 })).toEqual({ start: 950, count: 200 });
    for (let first = 0; first < 500; first++) {
      const last = first + 30;
      const { start, count } = windowAround({ first, last });
      expect(start).toBeLessThanOrEqual(Math.max(0, first - 50));
      expect(start + count).toBeGreaterThan(last + 50);
      expect(count).toBeLessThanOrEqual(200);
    }
  });
});

describe("the keys of a list", () => {
  it.each([
    ["ArrowDown", 3, 4],
    ["ArrowDown", 99, 99],
    ["ArrowUp", 3, 2],
    ["ArrowUp", 0, "search"],
    ["PageDown", 3, 23],
    ["PageDown", 90, 99],
    ["PageUp", 3, 0],
    ["Home", 50, 0],
    ["End", 50, 99],
    ["Escape", 50, "search"],
    ["a", 50, undefined],
  ])("%s leads from row %i to %s", (key, from, to) => {
    expect(rowAfterKey(key, from, 100, 20)).toBe(to);
  });
});

describe("the filters of a query", () => {
  const query: ScopeQuery = {
    text: "read ",
    owners: ["", "docs-api"],
    states: ["pending"],
    resources: ["https://docs.example.com/"],
    defaultsOnly: true,
  };

  it("are named, and each can be taken away alone and put back", () => {
    const filters = filtersOf(query);
    expect(filters.map(filterWords)).toEqual([
      { kind: "Words", value: "read" },
      { kind: "Owner", value: "The registry itself" },
      { kind: "Owner", value: "docs-api" },
      { kind: "State", value: "Waits for review" },
      { kind: "Resource", value: "https://docs.example.com/" },
      { kind: "Default", value: "Defaults only" },
    ]);
    for (const filter of filters) {
      const without = toggled(query, filter);
      expect(filtersOf(without)).toEqual(filters.filter((each) => each !== filter));
      expect(new Set(filtersOf(toggled(without, filter)))).toEqual(new Set(filters));
    }
  });

  it("are none in a query of blanks", () => {
    expect(filtersOf(queryOf({ text: "  " }))).toEqual([]);
  });
});

describe("how many scopes there are", () => {
  it.each([
    [1_312, 1_312, false, "1 312 scopes · sorted by name"],
    [1, 1, false, "1 scope · sorted by name"],
    [0, 12, true, "0 of 12 scopes · best match first"],
  ])("%i of %i", (total, all, isSearch, text) => {
    expect(listText(total, all, isSearch).replaceAll(/\s/g, " ")).toBe(text);
  });
});

describe("reading a list", () => {
  function setUp() {
    const asked: {
      readonly text: string;
      readonly window: ScopeWindow;
      readonly signal: AbortSignal | undefined;
      answer(total: number): void;
    }[] = [];
    const shown: string[] = [];
    const leftOver: (() => void)[] = [];
    let drawn = 0;
    const reader = createListReader(
      {
        list: (query, window, signal) =>
          new Promise((resolve, reject) => {
            signal?.addEventListener("abort", () => reject(signal.reason));
            const answer = (total: number) => resolve({ total, start: window.start } as ScopeList);
            asked.push({ text: query.text, window, signal, answer });
          }),
      },
      () => ({ name: "anchor", index: drawn }),
      ({ query, list }) => {
        shown.push(`${query.text} ${list.total}`);
        // As Preact does, which runs what effects are left over before it draws.
        queueMicrotask(() => {
          for (const effect of leftOver.splice(0)) effect();
          drawn += 1;
        });
      },
    );
    const settle = () => new Promise(setImmediate);
    return { asked, shown, reader, leftOver, settle };
  }
  const window = { start: 0, count: 100 };

  it("leaves a question that another query has overtaken", async () => {
    const { asked, shown, reader, settle } = setUp();
    for (const text of ["r", "re", "rea"]) reader.want(queryOf({ text }), window);
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true, false]);
    asked[0]?.answer(9);
    asked[2]?.answer(1);
    await settle();
    expect(shown).toEqual(["rea 1"]);
  });

  it("asks once more for all that has changed while it asked, however often it did", async () => {
    const { asked, shown, reader, settle } = setUp();
    const query = queryOf({ text: "a" });
    reader.want(query, window);
    for (let at = 0; at < 10; at++) reader.refresh();
    reader.want(query, { start: 50, count: 100 });
    expect(asked).toHaveLength(1);
    asked[0]?.answer(1);
    await expect.poll(() => asked.length).toBe(2);
    // By what is drawn by then.
    expect(asked[1]?.window).toEqual({ start: 50, count: 100, anchor: { name: "anchor", index: 1 } });
    asked[1]?.answer(2);
    await settle();
    expect(shown).toEqual(["a 1", "a 2"]);
    expect(asked).toHaveLength(2);
  });

  it("asks nothing between an answer and its being drawn, when its anchor would be of the list before", async () => {
    const { asked, reader, leftOver } = setUp();
    const query = queryOf({ text: "a" });
    reader.want(query, window);
    leftOver.push(reader.refresh, () => reader.want(query, { start: 50, count: 100 }));
    asked[0]?.answer(1);
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.window).toEqual({ start: 50, count: 100, anchor: { name: "anchor", index: 1 } });
    reader.refresh();
    expect(asked).toHaveLength(2);
  });

  it("moves with an anchor only where the list before was of the same query", () => {
    const { asked, reader } = setUp();
    reader.want(queryOf({ text: "a" }), window);
    expect(asked[0]?.window.anchor).toBeUndefined();
  });

  it("asks for nothing before it wants something, and after it has been stopped", () => {
    const { asked, reader } = setUp();
    reader.refresh();
    expect(asked).toEqual([]);
    reader.want(queryOf({}), window);
    reader.stop();
    reader.refresh();
    expect(asked).toHaveLength(1);
  });
});
