/** What `UsageStore` promises. */
import { describe, expect, it } from "vitest";
import type { ScopeUse, UsageStore } from "../../src/store/usage-store.ts";

const TODAY = Math.floor(Date.now() / 86_400_000);
const use = (name: string, clientId: string, day: number): ScopeUse => ({ name, clientId, day: TODAY + day });

/** The tests of noting and reading uses in a store that is new for each of them. */
export function describeUsage(usage: () => UsageStore): void {
  describe("when uses are noted", () => {
    it("knows nothing at first", async () => {
      expect(await usage().read(["a"], 0, 10)).toEqual([{ name: "a", lastDay: undefined, clientIds: [] }]);
      expect(await usage().read([], 0, 10)).toEqual([]);
      await usage().note([]);
    });

    it("keeps the newest day of each scope and client, in whatever order they come", async () => {
      await usage().note([use("a", "shop", -3), use("a", "shop", -1), use("a", "shop", -2)]);
      await usage().note([use("a", "shop", -5), use("b", "shop", -5)]);
      expect(await usage().read(["b", "a", "b"], TODAY - 4, 10)).toEqual([
        { name: "b", lastDay: TODAY - 5, clientIds: [] },
        { name: "a", lastDay: TODAY - 1, clientIds: ["shop"] },
        { name: "b", lastDay: TODAY - 5, clientIds: [] },
      ]);
    });

    it("tells the newest clients first, by name on the same day, and no more than asked for", async () => {
      const clients = ["z", "$where", "b", "a.b", "ä"];
      await usage().note(clients.map((clientId) => use("a", clientId, -1)));
      await usage().note([use("a", "q", 0), use("a", "old", -9)]);
      const read = async (limit: number) => (await usage().read(["a"], TODAY - 5, limit))[0]?.clientIds;
      expect(await read(10)).toEqual(["q", "$where", "a.b", "b", "z", "ä"]);
      expect(await read(2)).toEqual(["q", "$where"]);
    });

    it("counts uses without a client for the day, and does not name them", async () => {
      await usage().note([use("$a", "", 0), use("$a", "shop", -1), use("$a", "kiosk", -1)]);
      expect(await usage().read(["$a"], TODAY - 5, 2)).toEqual([
        { name: "$a", lastDay: TODAY, clientIds: ["kiosk", "shop"] },
      ]);
    });

    it("forgets scopes with all their clients, and no other scope", async () => {
      await usage().note(["a", "a.b", "$a", "b"].flatMap((name) => [use(name, "", 0), use(name, "shop", -1)]));
      await usage().forget(["a", "$a", "unused"]);
      await usage().forget([]);
      const kept = { lastDay: TODAY, clientIds: ["shop"] };
      const gone = { lastDay: undefined, clientIds: [] };
      expect(await usage().read(["a", "a.b", "$a", "b"], 0, 10)).toEqual([
        { name: "a", ...gone },
        { name: "a.b", ...kept },
        { name: "$a", ...gone },
        { name: "b", ...kept },
      ]);
      await usage().note([use("a", "kiosk", -2)]);
      expect(await usage().read(["a"], 0, 10)).toEqual([{ name: "a", lastDay: TODAY - 2, clientIds: ["kiosk"] }]);
    });

    it("takes 5,000 uses, and tells of 1,000 scopes and forgets them at once", async () => {
      const names = Array.from({ length: 1_000 }, (_, at) => `s${at}`);
      await usage().note(names.flatMap((name) => ["a", "b", "c", "d", "e"].map((id) => use(name, id, 0))));
      const found = await usage().read(names, TODAY, 3);
      expect(found).toEqual(names.map((name) => ({ name, lastDay: TODAY, clientIds: ["a", "b", "c"] })));
      await usage().forget(names);
      const left = await usage().read(names, TODAY, 3);
      expect(left).toEqual(names.map((name) => ({ name, lastDay: undefined, clientIds: [] })));
    });
  });
}
