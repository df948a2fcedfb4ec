/** What `LogImports` promises. */
import { describe, expect, it } from "vitest";
import type { ImportPart } from "../../src/store/log-imports.ts";
import type { LogEntry, ScopeLog } from "../../src/store/scope-log.ts";
import {
  HistoryGoneError,
  ImportUnderWayError,
  ImportUnknownError,
  RevisionTakenError,
  StoreUnavailableError,
} from "../../src/store/store-errors.ts";
import { createScope, sampleClient, sampleEntry, sampleScope } from "./sample-records.ts";
import { contentsOf, foldOf, follow, recordsOf } from "./scope-log-acceptance.ts";

/** The log to import into, new for each test. */
export interface ImportPlace {
  log(): ScopeLog;
  /** The same log as another process has it; the log itself where the store is for one process alone. */
  openBeside(): Promise<ScopeLog>;
}

const scope = (name: string, revision: number) => createScope(sampleScope({ name, revision }));

/** Three entries, the second of which does not fit into one part. */
function exportedLog(): { readonly entries: readonly LogEntry[]; readonly parts: readonly ImportPart[] } {
  const client = { kind: "client", name: "web-shop", before: undefined, after: sampleClient() } as const;
  const whole = [
    sampleEntry(1, [scope("a", 1)]),
    sampleEntry(2, [scope("b", 2), scope("c", 2), client, { ...scope("c", 2), after: undefined }]),
    sampleEntry(3, [scope("d", 3)], { kind: "TRANSFER", resourceServer: "", actor: "admin" }),
  ] as const;
  const cut = (from: number, to: number) => ({ ...whole[1], changes: whole[1].changes.slice(from, to) });
  const parts = [
    { part: 0, entries: [whole[0], cut(0, 1)], continued: true },
    { part: 1, entries: [cut(1, 3)], continued: true },
    { part: 2, entries: [cut(3, 4), whole[2]], continued: false },
  ];
  return { entries: whole, parts };
}

async function begin(log: ScopeLog): Promise<string> {
  return log.imports.begin(log.registryId, await log.head());
}

async function adopt(log: ScopeLog): Promise<void> {
  const snapshot = await log.load();
  await recordsOf(snapshot);
  snapshot.adopt();
}

/** The tests of importing into a log. */
export function describeImports({ log, openBeside }: ImportPlace): void {
  describe("when another log is imported", () => {
    it("is that one at once when it is complete, with an identity of its own, and takes commits", async () => {
      await log().commit([sampleEntry(1, [scope("before", 1)])]);
      await log().usage.note([{ name: "before", clientId: "shop", day: 1 }]);
      const { registryId } = log();
      const { entries, parts } = exportedLog();
      const id = await begin(log());
      const revisions: number[] = [];
      for (const part of parts) revisions.push(await log().imports.append(id, part));
      expect(revisions).toEqual([2, 2, 3]);
      const imported = await log().imports.complete(id);
      expect(imported).not.toBe(registryId);

      await expect(log().head()).rejects.toThrow(HistoryGoneError);
      await expect(log().commit([sampleEntry(4)])).rejects.toThrow(HistoryGoneError);
      await expect(follow(log(), 1).done).rejects.toThrow(HistoryGoneError);
      await adopt(log());
      expect(log().registryId).toBe(imported);
      expect(await contentsOf(log())).toEqual({ head: 3, entries, records: foldOf(entries) });
      expect((await log().search({ scope: "c" }, 10, 1)).map(({ revision }) => revision)).toEqual([2]);
      expect((await log().search({ resourceServer: "billing-api" }, 10, 1e9)).length).toBe(3);
      expect((await log().usage.read(["before"], 0, 1))[0]?.lastDay).toBeUndefined();

      const following = follow(log(), 2);
      await following.until(3);
      await log().commit([sampleEntry(4, [scope("e", 4)])]);
      await following.until(4);
      await following.end();
      expect(await log().imports.complete(id)).toBe(imported);
    });

    it("can neither be read nor written until then, by anybody, and a follow breaks off", async () => {
      await log().commit([sampleEntry(1, [scope("before", 1)])]);
      const other = await openBeside();
      const following = follow(other, 0);
      await following.until(1);
      const loaded = await other.load();
      const id = await begin(log());
      await expect(following.done).rejects.toThrow(StoreUnavailableError);
      const { parts } = exportedLog();
      for (const part of [undefined, ...parts]) {
        if (part !== undefined) await log().imports.append(id, part);
        for (const one of [log(), other]) {
          const calls = [
            one.head(),
            one.proveHead(),
            one.load(),
            one.commit([sampleEntry(2)]),
            one.read(0, 10),
            one.search({}, 10, 1),
            follow(one, 1).done,
            loaded.head(),
          ];
          for (const call of await Promise.allSettled(calls)) {
            expect(call).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailableError) });
          }
        }
      }
      await log().imports.complete(id);
      for (const one of [log(), other]) await expect(one.head()).rejects.toThrow(HistoryGoneError);
      if (other !== log()) await other.close();
    });

    it("hands nothing of the import to who follows the empty log that was there before", async () => {
      const other = await openBeside();
      const following = follow(other, 0);
      const id = await begin(log());
      for (const part of exportedLog().parts) await log().imports.append(id, part);
      await expect(following.done).rejects.toThrow(StoreUnavailableError);
      expect(following.revisions).toEqual([]);
      if (other !== log()) await other.close();
    });

    it("passes over parts that are there already", async () => {
      const { entries, parts } = exportedLog();
      const [first, second, third] = parts as readonly [ImportPart, ImportPart, ImportPart];
      const id = await begin(log());
      for (const part of [first, first, second, first, second, third, third]) await log().imports.append(id, part);
      await log().imports.complete(id);
      await adopt(log());
      expect(await contentsOf(log())).toEqual({ head: 3, entries, records: foldOf(entries) });
    });

    it("passes over a part that comes again once the import is complete, as its answer may have been lost", async () => {
      const { parts } = exportedLog();
      const id = await begin(log());
      for (const part of parts) await log().imports.append(id, part);
      await log().imports.complete(id);
      expect(await log().imports.append(id, parts[2] as ImportPart)).toBe(3);
      expect(await log().imports.complete(id)).toBe(id);
    });

    it("refuses what does not follow, and goes on with what does", async () => {
      const { entries, parts } = exportedLog();
      const [first, second, third] = parts as readonly [ImportPart, ImportPart, ImportPart];
      const id = await begin(log());
      const refuse = async (part: ImportPart, message: RegExp) => {
        const appending = log().imports.append(id, part);
        await expect(appending).rejects.toThrow(ImportUnknownError);
        await expect(appending).rejects.toThrow(message);
      };
      await refuse(second, /Part 0 of the import is missing/);
      await refuse({ part: 0, entries: [sampleEntry(2)], continued: false }, /revision 2 where 1 is due/);
      await refuse({ part: 0, entries: [sampleEntry(1), sampleEntry(3)], continued: false }, /begin again/);
      await log().imports.append(id, first);
      await refuse(third, /Part 1 of the import is missing/);
      await refuse({ part: 1, entries: [sampleEntry(3)], continued: false }, /revision 3 where 2 is due/);
      await refuse({ part: 1, entries: [sampleEntry(2)], continued: false }, /of another request/);
      await refuse({ part: 1, entries: [], continued: false }, /rest of revision 2 is missing/);
      await expect(log().imports.complete(id)).rejects.toThrow(/rest of revision 2 is missing/);
      await log().imports.append(id, second);
      const repeated = { ...sampleEntry(3), requestId: entries[0]?.requestId ?? "" };
      const rest = third.entries.slice(0, 1);
      await refuse({ part: 2, entries: [...rest, repeated], continued: false }, /request id that the log has already/);
      await log().imports.append(id, third);
      await log().imports.complete(id);
      await adopt(log());
      expect(await contentsOf(log())).toEqual({ head: 3, entries, records: foldOf(entries) });
    });

    it("takes a log without entries", async () => {
      await log().commit([sampleEntry(1, [scope("before", 1)])]);
      const id = await begin(log());
      expect(await log().imports.append(id, { part: 0, entries: [], continued: false })).toBe(0);
      await log().imports.complete(id);
      await adopt(log());
      expect(await contentsOf(log())).toEqual({ head: 0, entries: [], records: [] });
      await log().commit([sampleEntry(1)]);
    });

    it("lets one import begin of several at once, and none over another registry or revision", async () => {
      await log().commit([sampleEntry(1, [scope("before", 1)])]);
      const contents = await contentsOf(log());
      const { registryId, imports } = log();
      await expect(imports.begin("another", 1)).rejects.toThrow(HistoryGoneError);
      await expect(imports.begin(registryId, 0)).rejects.toThrow(RevisionTakenError);
      expect(await contentsOf(log())).toEqual(contents);
      const begun = await Promise.allSettled([1, 2, 3, 4].map(() => imports.begin(registryId, 1)));
      expect(begun.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const call of begun) {
        if (call.status === "rejected") expect(call.reason).toBeInstanceOf(ImportUnderWayError);
      }
    });

    it("knows no import that was never begun", async () => {
      const id = "00000000-0000-0000-0000-000000000000";
      const part = { part: 0, entries: [sampleEntry(1)], continued: false };
      await expect(log().imports.append(id, part)).rejects.toThrow(ImportUnknownError);
      await expect(log().imports.complete(id)).rejects.toThrow(ImportUnknownError);
      expect(await log().head()).toBe(0);
    });
  });
}
