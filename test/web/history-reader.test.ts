import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ChangeKind,
  type ListChangesRequestSchema,
  ListChangesResponseSchema,
  type LogEntry,
} from "@scope-registry/client/messages";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeFilters } from "../../src/web/history/change-filters.ts";
import { createHistoryReader } from "../../src/web/history/history-reader.ts";
import { ALL_CHANGES } from "../../src/web/navigation/place.ts";
import { entryOf, told } from "./log-entries.ts";

/** A log, newest entry last, that is listed as the registry lists it. */
function logOf(...entries: LogEntry[]) {
  const asked: MessageInitShape<typeof ListChangesRequestSchema>[] = [];
  let isAway = false;
  const listChanges = async (request: MessageInitShape<typeof ListChangesRequestSchema>) => {
    asked.push(request);
    if (isAway) throw new ConnectError("The store cannot be reached", Code.Unavailable);
    const { sinceRevision = 0n, pageSize = 0, pageToken = "" } = request;
    const found = entries.filter(({ revision }) => revision > sinceRevision).toReversed();
    const start = Number(pageToken);
    const nextPageToken = start + pageSize < found.length ? String(start + pageSize) : "";
    return create(ListChangesResponseSchema, { entries: found.slice(start, start + pageSize), nextPageToken });
  };
  return { entries, asked, admin: { listChanges }, setAway: (away: boolean) => (isAway = away) };
}

const FILTERS = changeFilters(ALL_CHANGES);

describe("a history reader", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("reads backwards, page by page, to the oldest entry", async () => {
    const { admin } = logOf(entryOf(1, "a"), entryOf(2, "b"), entryOf(3, "c"));
    const reader = createHistoryReader(admin, FILTERS, 2);
    await reader.start();
    expect(told(reader.state.value.entries)).toEqual(["3 c", "2 b"]);
    expect(reader.state.value.hasOlder).toBe(true);
    await reader.older();
    expect(told(reader.state.value.entries)).toEqual(["3 c", "2 b", "1 a"]);
    expect(reader.state.value.hasOlder).toBe(false);
  });

  it("joins an entry that comes on several pages", async () => {
    const { admin } = logOf(entryOf(1, "a"), entryOf(2, "c"), entryOf(2, "b"));
    const reader = createHistoryReader(admin, FILTERS, 1);
    await reader.start();
    await reader.older();
    expect(told(reader.state.value.entries)).toEqual(["2 b c"]);
  });

  it("keeps what is new apart until it is asked for", async () => {
    const { admin, entries } = logOf(entryOf(1, "a"), entryOf(2, "b"));
    const reader = createHistoryReader(admin, FILTERS, 5);
    await reader.start();
    entries.push(entryOf(3, "c"), entryOf(4, "d"));
    void reader.refresh();
    await vi.advanceTimersByTimeAsync(1);
    expect(told(reader.state.value.entries)).toEqual(["2 b", "1 a"]);
    expect(told(reader.state.value.fresh)).toEqual(["4 d", "3 c"]);
    await reader.showFresh();
    expect(told(reader.state.value.entries)).toEqual(["4 d", "3 c", "2 b", "1 a"]);
    expect(reader.state.value.fresh).toEqual([]);
  });

  it("reads anew where more has been added than a page holds, so that nothing is missing in between", async () => {
    const { admin, entries } = logOf(entryOf(1, "a"));
    const reader = createHistoryReader(admin, FILTERS, 2);
    await reader.start();
    entries.push(entryOf(2, "b"), entryOf(3, "c"), entryOf(4, "d"));
    void reader.refresh();
    await vi.advanceTimersByTimeAsync(1);
    expect(reader.state.value.hasMoreFresh).toBe(true);
    await reader.showFresh();
    expect(told(reader.state.value.entries)).toEqual(["4 d", "3 c"]);
    await reader.older();
    expect(told(reader.state.value.entries)).toEqual(["4 d", "3 c", "2 b", "1 a"]);
  });

  it("looks once for many changes, and once more for those that came meanwhile", async () => {
    const { admin, entries, asked } = logOf(entryOf(1, "a"));
    const reader = createHistoryReader(admin, FILTERS, 5);
    await reader.start();
    for (let turn = 0; turn < 50; turn += 1) void reader.refresh();
    await vi.advanceTimersByTimeAsync(1);
    entries.push(entryOf(2, "b"));
    void reader.refresh();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told(reader.state.value.fresh)).toEqual(["2 b"]);
    expect(asked).toHaveLength(3);
  });

  it("keeps what it has where the next page is not answered, and says why", async () => {
    const { admin, setAway } = logOf(entryOf(1, "a"), entryOf(2, "b"));
    const reader = createHistoryReader(admin, FILTERS, 1);
    await reader.start();
    setAway(true);
    await reader.older();
    expect(told(reader.state.value.entries)).toEqual(["2 b"]);
    expect(reader.state.value.error).toMatchObject({ code: Code.Unavailable });
    setAway(false);
    await reader.older();
    expect(told(reader.state.value.entries)).toEqual(["2 b", "1 a"]);
    expect(reader.state.value.error).toBeUndefined();
  });

  it("reads on through pages without an entry, as an owner's may be", async () => {
    const pages = [
      { entries: [], nextPageToken: "1" },
      { entries: [], nextPageToken: "2" },
      { entries: [entryOf(1, "a")], nextPageToken: "" },
    ];
    const listChanges = async ({ pageToken = "" }) =>
      create(ListChangesResponseSchema, pages[Number(pageToken)] ?? { entries: [] });
    const reader = createHistoryReader({ listChanges }, FILTERS, 5);
    await reader.start();
    expect(told(reader.state.value.entries)).toEqual(["1 a"]);
  });

  it("asks for what a query is narrowed to", async () => {
    const { admin, asked } = logOf();
    const query = { scope: "a", resourceServer: "b", actor: "c", client: "d", kind: "grant" };
    await createHistoryReader(admin, changeFilters(query), 5).start();
    expect(asked[0]).toMatchObject({
      scope: "a",
      resourceServer: "b",
      actor: "c",
      clientId: "d",
      kinds: [ChangeKind.GRANT],
    });
    expect(changeFilters({ ...query, kind: "no kind" }).kinds).toEqual([]);
  });
});
