import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../../test/support/run-command.ts";
import type { ClientRecord, ScopeRecord } from "../../src/judging/index.ts";
import {
  readSnapshotFile,
  removeAbandonedFiles,
  type SavedSnapshot,
  SnapshotFileError,
  writeSnapshotFile,
} from "../../src/replica/snapshot-file.ts";
import { plainClient, plainScope } from "../judging/few-scopes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scope-registry-snapshot-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function scope(name: string, changes: Partial<ScopeRecord> = {}): ScopeRecord {
  const consentTexts = { de: { title: "Lesen\u2028", description: 'Zeile\n"zwei"' } };
  return plainScope({ name, consentTexts, ...changes });
}

function snapshot(scopes: readonly ScopeRecord[], clients: readonly ClientRecord[] = []): SavedSnapshot {
  return { registryId: "registry", revision: 7, asOf: 1_700_000_000_000, owner: "", resource: "", scopes, clients };
}

describe("the snapshot file", () => {
  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [2_500, 1_500],
  ])("keeps a state of %d scopes and %d clients", async (scopeCount, clientCount) => {
    const path = join(folder, `kept-${scopeCount}-${clientCount}`);
    const saved = snapshot(
      Array.from({ length: scopeCount }, (_, at) => scope(`s${at}`, { sunsetTime: at, aliases: [`old${at}`] })),
      Array.from({ length: clientCount }, (_, at) => plainClient({ clientId: `c${at}`, grantedScopes: [`s${at}`] })),
    );
    await writeSnapshotFile(path, saved);
    expect(await readSnapshotFile(path)).toEqual(saved);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is none before it was written", async () => {
    expect(await readSnapshotFile(join(folder, "none"))).toBeUndefined();
  });

  it("is refused when anything of it was changed, cut off or added", async () => {
    const path = join(folder, "whole");
    await writeSnapshotFile(path, snapshot([scope("a"), scope("b"), scope("c")]));
    const whole = await readFile(path);
    const damaged = join(folder, "damaged");
    const refused = async (bytes: Uint8Array) => {
      await writeFile(damaged, bytes);
      await expect(readSnapshotFile(damaged)).rejects.toThrow(SnapshotFileError);
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 2), fc.constantFrom("cut", "changed", "added"), async (at, how) => {
        if (how === "cut") await refused(whole.subarray(0, at));
        if (how === "added")
          await refused(Buffer.concat([whole.subarray(0, at), Buffer.from("x"), whole.subarray(at)]));
        if (how === "changed") await refused(whole.map((byte, place) => (place === at ? byte ^ 1 : byte)));
      }),
      { numRuns: 150 },
    );
  });

  it("is refused in another format, and says so", async () => {
    const path = join(folder, "another");
    await writeSnapshotFile(path, snapshot([]));
    const { createHash } = await import("node:crypto");
    const first = (await readFile(path, "utf8")).split("\n")[0]?.replace("snapshot/2", "snapshot/1");
    const sha256 = createHash("sha256").update(`${first}\n`).digest("hex");
    await writeFile(path, `${first}\n${JSON.stringify({ sha256 })}\n`);
    await expect(readSnapshotFile(path)).rejects.toThrow("another format");
  });

  it("stays as it was, and nothing else is left, when the disk takes no more", async () => {
    const own = await mkdtemp(join(folder, "full-"));
    const path = join(own, "snapshot");
    await writeSnapshotFile(path, snapshot([scope("kept")]));
    const before = await readFile(path, "utf8");
    // The shell's limit on the size of a file stands for the end of the disk: writing fails half-way.
    const script = new URL("write-large-snapshot.ts", import.meta.url).pathname;
    const command = `ulimit -f 64; exec "${process.execPath}" --conditions=scope-registry-source "${script}" "${path}"`;
    const { exitCode, stdout } = await runCommand("bash", ["-c", command]);
    expect(stdout).toMatch(/EFBIG|ENOSPC/);
    expect(exitCode).toBe(0);
    expect(await readFile(path, "utf8")).toBe(before);
    expect(await readdir(own)).toEqual(["snapshot"]);
  });

  it("loses what a process has left behind that ended while it wrote, and nothing else", async () => {
    const own = await mkdtemp(join(folder, "abandoned-"));
    const path = join(own, "scopes");
    const old = new Date(Date.now() - 3_600_000);
    for (const name of [".scopes.old.tmp", ".scopes.new.tmp", ".other.old.tmp", "scopes"]) {
      await writeFile(join(own, name), "");
      if (name.includes("old")) await utimes(join(own, name), old, old);
    }
    await removeAbandonedFiles(path);
    expect((await readdir(own)).sort()).toEqual([".other.old.tmp", ".scopes.new.tmp", "scopes"]);
    await removeAbandonedFiles(join(own, "no-such-folder", "scopes"));
  });

  it("is one of those written, whole, when several write at once", async () => {
    const path = join(folder, "contended");
    const states = Array.from({ length: 8 }, (_, at) => snapshot([scope(`s${at}`), scope("b")]));
    await Promise.all(states.map((state) => writeSnapshotFile(path, state)));
    expect(states).toContainEqual(await readSnapshotFile(path));
  });
});
