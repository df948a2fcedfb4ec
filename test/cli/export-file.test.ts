import { create, equals, toBinary } from "@bufbuild/protobuf";
import {
  ChangeKind,
  type ExportRegistryResponse,
  ExportRegistryResponseSchema,
  type LogEntry,
  LogEntrySchema,
} from "@scope-registry/client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/cli/exit-code.ts";
import { joinParts } from "../../src/cli/export/join-parts.ts";
import { readExport } from "../../src/cli/export/read-export.ts";
import { splitEntries } from "../../src/cli/export/split-entries.ts";
import { exportLines } from "../../src/cli/export/write-export.ts";
import { makeTestFolder, type TestFolder } from "./test-folder.ts";

let folder: TestFolder;

beforeAll(async () => {
  folder = await makeTestFolder();
});

afterAll(() => folder[Symbol.asyncDispose]());

/** How many changes of each kind an entry has. */
const counts = fc.record({
  scopes: fc.nat(30),
  clients: fc.nat(30),
  names: fc.nat(30),
  servers: fc.nat(5),
  policy: fc.boolean(),
});

const logs = fc.array(counts, { maxLength: 12 }).map((entries) => entries.map(entryOf));

function entryOf(
  { scopes, clients, names, servers, policy }: typeof counts extends fc.Arbitrary<infer T> ? T : never,
  index: number,
): LogEntry {
  const listed = <T>(count: number, item: (name: string) => T) =>
    Array.from({ length: count }, (_, at) => item(`n${at}`));
  return create(LogEntrySchema, {
    revision: BigInt(index + 1),
    kind: ChangeKind.REGISTRATION,
    requestId: `call-${index}`,
    changes: listed(scopes, (name) => ({ name, after: { name, description: "x".repeat(50) } })),
    clientPolicyChanges: listed(clients, (clientId) => ({ clientId, after: { clientId, grantedScopes: ["a"] } })),
    reservedNameChanges: listed(names, (name) => ({ name, before: { name, owner: "o" } })),
    resourceServerChanges: listed(servers, (name) => ({ name, after: { name } })),
    ...(policy ? { registryPolicyChange: { after: { names: 1 } } } : {}),
  });
}

async function* flowing<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const isSameLog = (log: readonly LogEntry[], other: readonly LogEntry[]) =>
  log.length === other.length &&
  log.every((entry, at) => equals(LogEntrySchema, entry, other[at] ?? create(LogEntrySchema)));

const asParts = (parts: readonly Pick<ExportRegistryResponse, "entries" | "continued">[], revision: number) =>
  parts.map((part) =>
    create(ExportRegistryResponseSchema, { ...part, registryId: "registry-1", revision: BigInt(revision) }),
  );

describe("splitting and joining", () => {
  it("give the same log again, in parts that are small enough", async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.integer({ min: 150, max: 5_000 }), async (log, maxBytes) => {
        const parts = await collected(splitEntries(flowing(log), maxBytes));
        expect(parts.map(({ complete }) => complete)).toEqual(parts.map((_, at) => at === parts.length - 1));
        for (const { entries } of parts) {
          const bytes = entries.reduce((sum, entry) => sum + toBinary(LogEntrySchema, entry).length, 0);
          expect(bytes).toBeLessThanOrEqual(maxBytes);
          expect(new Set(entries.map(({ revision }) => revision)).size).toBe(entries.length);
        }
        const joined = await collected(joinParts(flowing(asParts(parts, log.length))));
        expect(isSameLog(joined, log)).toBe(true);
      }),
    );
  });
});

describe("an export file", () => {
  const LOG = [3, 0, 7].map((scopes, index) =>
    entryOf({ scopes, clients: 1, names: 0, servers: 1, policy: index === 1 }, index),
  );

  const written = async (log: readonly LogEntry[] = LOG, revision = log.length) =>
    (
      await collected(
        exportLines(flowing(asParts([{ entries: [...log], continued: false }], revision)), () => undefined),
      )
    ).join("");

  const read = async (text: string) => collected(readExport(await folder.write("export.jsonl", text)));

  it("gives the same log again", async () => {
    const text = await written();
    expect(text.split("\n")).toHaveLength(LOG.length + 3);
    expect(JSON.parse(text.split("\n")[0] ?? "")).toEqual({
      format: "scope-registry-export/1",
      registryId: "registry-1",
      revision: "3",
    });
    expect(isSameLog(await read(text), LOG)).toBe(true);
  });

  it("is not written where the log ends early", async () => {
    await expect(written(LOG, 4)).rejects.toMatchObject({
      message: "The export has ended at revision 3 in place of 4: try again",
    });
  });

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    ["a letter is another", (lines) => lines.map((line) => line.replace("n2", "n9")), /its SHA-256 is another one/],
    ["an entry is missing", (lines) => lines.toSpliced(2, 1), /revision 3 follows 1 in line 3/],
    ["its end is missing", (lines) => [...lines.slice(0, -2), ""], /its last line is missing/],
    ["it is cut off in a line", (lines) => [...lines.slice(0, 2), "{"], /line 3 is no JSON/],
    ["something follows", (lines) => [...lines.slice(0, -1), "{}", ""], /something follows its last line/],
    ["it is something else", () => ['{"name":"a"}'], /does not say scope-registry-export\/1/],
    ["it is empty", () => [""], /its last line is missing/],
    ["an entry is of another version", (lines) => lines.with(1, '{"revision":"1","novelty":1}'), /line 2 is no entry/],
  ])("is refused where %s", async (_, damage, problem) => {
    const text = damage((await written()).split("\n")).join("\n");
    await expect(read(text)).rejects.toMatchObject({
      exitCode: EXIT.badInput,
      message: expect.stringMatching(problem),
    });
  });

  it("is refused where it cannot be read", async () => {
    await expect(collected(readExport(folder.path("nowhere")))).rejects.toMatchObject({
      message: `Export ${folder.path("nowhere")} cannot be imported: it cannot be read (ENOENT)`,
    });
  });
});
