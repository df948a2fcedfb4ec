import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, it, vi } from "vitest";
import { StoreUnavailableError } from "../../src/store/store-errors.ts";
import { holdCommits, namesOf, newRequestId, openForTest } from "./opened-registry.ts";
import { NO_HURRY, owner, registrationOf } from "./sample-registrations.ts";

/** Longer than two of the follower's probes. */
const SOON = { timeout: 8_000, interval: 50 };

const away = async (): Promise<never> => {
  throw new StoreUnavailableError("The store is away");
};

describe.concurrent("while the store is away, the registry", () => {
  it("refuses to register, goes on reading, tells of it once, and recovers by itself", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context);
    await registry.registerFor("a-api", registrationOf(["a"]));
    const { asOf } = registry.freshness;
    registry.log.overrides = { commit: away, head: away, proveHead: away };
    for (const name of ["a", "b"]) {
      await expect(registry.registerFor("a-api", registrationOf([name]))).rejects.toMatchObject({
        reason: "STORE_UNAVAILABLE",
        message: "The store cannot be reached and nothing was changed: try again later",
        retryAfterMs: 1_000,
      });
    }
    expect(namesOf(registry, "a-api")).toEqual(["a"]);
    expect(registry.freshness).toEqual({ asOf, storeReachable: false });
    await expect(registry.reach(99, NO_HURRY)).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
    registry.log.overrides = {};
    await expect.poll(() => registry.freshness.storeReachable, SOON).toBe(true);
    expect(registry.freshness.asOf).toBeGreaterThan(asOf);
    expect(registry.events).toEqual(["unreachable", "reachable"]);
    expect(await registry.registerFor("a-api", registrationOf(["b"]))).toMatchObject({ revision: 3 });
  });

  it("finds that out by itself", async (context) => {
    const registry = await openForTest(context);
    registry.log.overrides = { proveHead: away };
    await context.expect.poll(() => registry.events, SOON).toEqual(["unreachable"]);
  });

  it("refuses a waiting call within its deadline, and does not commit later what it refused", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    registry.log.overrides = { commit: () => held.then(away) };
    const first = registry.registerFor("a-api", registrationOf(["first"])).catch((error: unknown) => error);
    await expect.poll(() => registry.log.commits.length).toBe(2);
    const deadline = { expiresAt: Date.now() + 400, signal: NO_HURRY.signal };
    const register = () => registry.register(owner("a-api"), registrationOf(["a"]), newRequestId(), deadline);
    for (const outcome of await Promise.allSettled([register(), register(), register()])) {
      expect(outcome).toMatchObject({ reason: { reason: "STORE_UNAVAILABLE" } });
    }
    registry.log.overrides = {};
    release();
    expect(await first).toMatchObject({ reason: "STORE_UNAVAILABLE" });
    expect(await registry.registerFor("a-api", registrationOf(["b"]))).toMatchObject({ revision: 2 });
    expect(namesOf(registry, "a-api")).toEqual(["b"]);
  });

  it("waits for no revision beyond the deadline", async (context) => {
    const registry = await openForTest(context);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    registry.log.overrides = { head: () => held.then(away) };
    const deadline = { expiresAt: Date.now() + 400, signal: NO_HURRY.signal };
    await context.expect(registry.reach(2, deadline)).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
    release();
  });

  it("lets 2,500 calls of one caller wait, and refuses its next but nobody else's", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context);
    const release = holdCommits(registry);
    const register = () => registry.registerFor("a-api", registrationOf(["a"]));
    const first = register();
    await expect.poll(() => registry.log.commits.length).toBe(2);
    const waiting = Array.from({ length: 2_499 }, register);
    await expect(register()).rejects.toMatchObject({ reason: "OVERLOADED", metadata: { calls: "2500" } });
    const others = registry.registerFor("b-api", registrationOf(["b"]));
    release();
    await first;
    expect(await others).toMatchObject({ results: [{ outcome: "CREATED" }] });
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ results }) => results[0]?.outcome))).toEqual(new Set(["UNCHANGED"]));
    expect(registry.log.commits).toHaveLength(3);
  });
});

describe("calls that are given up while a commit is under way", () => {
  it("hold their places as long as anything holds what they brought, and no longer", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context);
    const release = holdCommits(registry);
    const giveUp = new AbortController();
    const register = (signal: AbortSignal) =>
      registry.register(owner("a-api"), registrationOf(["a"]), newRequestId(), { expiresAt: undefined, signal });
    const grouped = Array.from({ length: 256 }, () => register(giveUp.signal));
    await expect.poll(() => registry.log.commits.length).toBe(2);
    const queued = Array.from({ length: 2_500 - 256 }, () => register(giveUp.signal));
    await expect(register(NO_HURRY.signal)).rejects.toMatchObject({ reason: "OVERLOADED" });

    giveUp.abort();
    const outcomes = await Promise.allSettled([...grouped, ...queued]);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    // Those that only waited are gone; those of the commit that is under way are not.
    const next = Array.from({ length: 2_500 - 256 }, () => register(NO_HURRY.signal));
    await expect(register(NO_HURRY.signal)).rejects.toMatchObject({ reason: "OVERLOADED" });
    release();
    await Promise.all(next);
    const last = Array.from({ length: 2_500 }, () => register(NO_HURRY.signal));
    await Promise.all(last);
  });
});

describe("a call whose commit fails by a fault", () => {
  it("fails alone, and the others of its group are committed", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context);
    registry.log.overrides.commit = async (entries) => {
      if (entries.some(({ resourceServer }) => resourceServer === "odd-api")) throw new Error("This cannot be stored");
      await registry.log.real.commit(entries);
    };
    const calls = ["a-api", "odd-api", "b-api"].map((name) =>
      registry.registerFor(name, registrationOf([`${name}:x`])),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(namesOf(registry, "b-api")).toEqual(["b-api:x"]);
    expect(namesOf(registry, "odd-api")).toEqual([]);
  });
});

describe("a caller that set no deadline", () => {
  afterEach(() => void vi.useRealTimers());

  it("is refused after ten seconds while the store does not answer", async (context) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const registry = await openForTest(context);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    registry.log.overrides = { commit: () => held.then(away) };
    let refusal: unknown;
    registry.registerFor("a-api", registrationOf(["a"])).catch((error: unknown) => {
      refusal = error;
    });
    await vi.advanceTimersByTimeAsync(9_999);
    context.expect(refusal).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    context.expect(refusal).toMatchObject({ reason: "STORE_UNAVAILABLE" });
    release();
  });
});

describe("a process that has closed its registry and its log", () => {
  it("ends by itself", async ({ expect }) => {
    const directory = await mkdtemp(join(tmpdir(), "scope-registry-sqlite-"));
    const script = join(import.meta.dirname, "open-and-close.ts");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=scope-registry-source", script, directory],
      {
        timeout: 20_000,
      },
    );
    expect(stdout).toBe("closed\n");
    await rm(directory, { recursive: true });
  });
});
