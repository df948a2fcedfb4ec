import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { BENCHMARKS } from "../../bench/benchmarks.ts";
import { readResults } from "../../bench/report/results-file.ts";

const run = promisify(execFile);
const REPOSITORY = join(import.meta.dirname, "../..");
/** The whole takes a minute; other tests run beside it. */
const TIMEOUT_MS = 600_000;

const folder = await mkdtemp(join(tmpdir(), "scope-registry-smoke-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm run bench", () => {
  it("measures everything, prints a table, and writes results and the plot", { timeout: TIMEOUT_MS }, async ({
    signal,
  }) => {
    const out = join(folder, "out");
    const { stdout, stderr } = await bench(["--smoke", "--out", out], signal);
    const { benchmarks = [] } = (await readResults(join(out, "results.json"))) ?? {};
    const figures = benchmarks.flatMap((benchmark) => benchmark.figures);

    expect(stderr).not.toContain("Warning");
    expect(benchmarks.map(({ name }) => name)).toEqual(BENCHMARKS.map(({ name }) => name));
    for (const { name, figures, leftOut } of benchmarks) {
      expect(figures.length > 0 || leftOut.length > 0, `${name} has figures, or says why it has none`).toBe(true);
    }
    for (const { name, value, reference, ratio, target, met } of figures) {
      const numbers = [value, reference?.value ?? 0, ...Object.values(ratio ?? {})];
      expect(
        numbers.filter((number) => !Number.isFinite(number)),
        name,
      ).toEqual([]);
      expect(ratio === undefined, name).toBe(reference === undefined);
      // There is one round, so that the ratio is that of the values.
      if (reference && ratio) expect(ratio.median, name).toBeCloseTo(value / reference.value, 6);
      expect(met === undefined, name).toBe(target === undefined);
      expect(stdout).toContain(name);
    }
    expect(stdout).toMatch(/^figure +value +beside/m);
    expect(await readFile(join(out, "cost-by-size.svg"), "utf8")).toMatch(/^<svg [\s\S]*<polyline[\s\S]*<\/svg>\n$/);
  });

  it("ends with a sentence and exit code 2 when it is asked for what it does not know", async ({ signal }) => {
    const failed = bench(["validate", "no-such-thing"], signal);

    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: "No benchmark is named no-such-thing: --list names them\n",
    });
  });

  it("leaves no process and no folder behind when it is told to end", { timeout: TIMEOUT_MS }, async () => {
    const temporary = await mkdtemp(join(folder, "tmp-"));
    const child = spawn(process.execPath, commandLine("--smoke", "propagation"), {
      cwd: REPOSITORY,
      env: { ...process.env, TMPDIR: temporary },
      stdio: "ignore",
    });
    onTestFinished(() => void child.kill());
    // MongoDB, and a registry on it.
    let started: readonly number[] = [];
    const count = async () => {
      started = await descendants(child.pid ?? 0);
      return started.length;
    };
    await expect.poll(count, { timeout: TIMEOUT_MS }).toBeGreaterThanOrEqual(2);
    expect(await readdir(temporary)).not.toEqual([]);
    child.kill("SIGTERM");

    expect(await once(child, "exit")).toEqual([143, null]);
    await expect.poll(async () => (await processes()).filter(({ pid }) => started.includes(pid))).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });
});

/** Runs the bench. It is told to end where its test is given up: nothing of it stays behind. */
function bench(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run(process.execPath, commandLine(...args), { cwd: REPOSITORY, signal });
}

function commandLine(...args: readonly string[]): readonly string[] {
  return ["--conditions=scope-registry-source", "bench/main.ts", ...args];
}

interface Process {
  readonly pid: number;
  readonly parent: number;
}

/** All processes of the machine that have not ended: one that has stays listed until its parent has asked how. */
async function processes(): Promise<readonly Process[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = ""]) => !state.startsWith("Z"))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

async function descendants(of: number): Promise<readonly number[]> {
  const all = await processes();
  const below = (pid: number): readonly number[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(of);
}
