import { describe, expect, it } from "vitest";
import { ScopeStore } from "../../src/web/registry/worker/scope-store.ts";
import { changePart, feedScope, namesIn, snapshotPart, storeOf } from "./sample-feed.ts";

const NOW = 1_000;

function bookmark(revision: number, registryId = "one") {
  return { registryId, event: { case: "bookmark", revision, time: 5 } } as const;
}

describe("the scopes that the worker keeps", () => {
  it("show part by part when they are loaded first, and have a revision with the last part", () => {
    const store = new ScopeStore();
    expect(store.apply(snapshotPart([feedScope("a"), feedScope("b")], false), NOW)).toEqual({ type: "loading" });
    expect(namesIn(store)).toEqual(["a", "b"]);
    expect(store.revision).toBe(0);
    expect(store.apply(snapshotPart([feedScope("c")], true), NOW)).toEqual({ type: "loaded" });
    expect(namesIn(store)).toEqual(["a", "b", "c"]);
    expect(store).toMatchObject({ revision: 7, registryId: "one" });
  });

  it("stay as they were while they are loaded anew, until the last part", () => {
    const store = storeOf([feedScope("a"), feedScope("b")]);
    store.apply(snapshotPart([feedScope("c"), feedScope("d"), feedScope("e")], false, 9), NOW);
    expect(namesIn(store)).toEqual(["a", "b"]);
    store.apply(snapshotPart([], true, 9), NOW);
    expect(namesIn(store)).toEqual(["c", "d", "e"]);
    expect(store.revision).toBe(9);
  });

  it("do not become fewer when the first load broke off and begins again", () => {
    const store = new ScopeStore();
    store.apply(snapshotPart([feedScope("a"), feedScope("b")], false), NOW);
    store.forgetParts();
    store.apply(snapshotPart([feedScope("a")], false), NOW);
    expect(namesIn(store)).toEqual(["a", "b"]);
    store.apply(snapshotPart([feedScope("b"), feedScope("c")], false), NOW);
    expect(namesIn(store)).toEqual(["a", "b", "c"]);
  });

  it("change by revisions: what is new, changed and deleted, in the order of the names", () => {
    const store = storeOf([feedScope("b"), feedScope("d"), feedScope("f")]);
    const change = changePart(8, [feedScope("a"), feedScope("d", { owner: "new" }), feedScope("z")], ["f"]);
    expect(store.apply(change, NOW)).toEqual({ type: "changed", names: ["a", "d", "z", "f"] });
    expect(namesIn(store)).toEqual(["a", "b", "d", "z"]);
    expect(store.entries().map(({ row }) => [row.owner, row.changedAt])).toEqual([
      ["billing-api", NOW],
      ["billing-api", 0],
      ["new", NOW],
      ["billing-api", NOW],
    ]);
  });

  it("change once a revision in parts is there whole, and not by parts of a feed that ended", () => {
    const store = storeOf([feedScope("b")]);
    const first = changePart(8, [feedScope("a")]);
    const part = { ...first, event: { ...first.event, continued: true } } as typeof first;
    expect(store.apply(part, NOW)).toEqual({ type: "none" });
    expect(namesIn(store)).toEqual(["b"]);
    store.forgetParts();
    expect(store.apply(changePart(8, [feedScope("c")]), NOW)).toMatchObject({ type: "changed" });
    expect(namesIn(store)).toEqual(["b", "c"]);
  });

  it("pass over a revision that they have", () => {
    const store = storeOf([feedScope("b")]);
    expect(store.apply(changePart(7, [feedScope("a")]), NOW)).toEqual({ type: "none" });
    expect(namesIn(store)).toEqual(["b"]);
  });

  it("are lost where a revision is missing, a bookmark is of another one, or of another registry", () => {
    const store = storeOf([feedScope("b")]);
    expect(store.apply(changePart(9, []), NOW)).toEqual({ type: "lost" });
    expect(store.apply(bookmark(6), NOW)).toEqual({ type: "lost" });
    expect(store.apply(bookmark(7, "another"), NOW)).toEqual({ type: "lost" });
    expect(store.apply(bookmark(7), NOW)).toEqual({ type: "current", time: 5 });
  });
});
