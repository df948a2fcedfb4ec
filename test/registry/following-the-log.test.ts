import { describe, it, type TestContext } from "vitest";
import type { ScopeLog } from "../../src/store/scope-log.ts";
import { HistoryGoneError, StoreUnavailableError } from "../../src/store/store-errors.ts";
import { createScope, sampleEntry, sampleScope } from "../store/sample-records.ts";
import { namesOf, type OpenedRegistry, openForTest, sqlitePlace } from "./opened-registry.ts";
import { NO_HURRY, registrationOf } from "./sample-registrations.ts";

/** Longer than two of the follower's probes. */
const SOON = { timeout: 8_000, interval: 20 };

/** What another process commits on the same log. */
async function commitElsewhere(log: ScopeLog, ...names: readonly string[]): Promise<number> {
  const head = await log.head();
  const entries = names.map((name, at) => {
    const revision = head + 1 + at;
    return sampleEntry(revision, [createScope(sampleScope({ name, owner: "elsewhere", revision }))]);
  });
  await log.commit(entries);
  return head + names.length;
}

/** A feed that brings nothing. */
const silence: ScopeLog["follow"] = async function* (_after, signal) {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  yield* [];
};

/** Opens a registry whose first feed is another one, and brings nothing before `show` is called. */
async function openWithFeed(context: TestContext, feed: () => ReturnType<ScopeLog["follow"]>) {
  const { promise: hidden, resolve: show } = Promise.withResolvers<void>();
  const registry = await openForTest(context, (log) => {
    log.overrides.follow = async function* () {
      await hidden;
      log.overrides = {};
      yield* feed();
    };
  });
  return { registry, show };
}

describe.concurrent("a feed", () => {
  it("brings what others commit", async (context) => {
    const registry = await openForTest(context);
    await commitElsewhere(registry.log.real, "b");
    await context.expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["b"]);
    context.expect(registry.events).toEqual([]);
  });

  it("that breaks is opened again behind what it has brought", async (context) => {
    const followed: number[] = [];
    const registry = await openForTest(context, (log) => {
      log.overrides.follow = async function* (after, signal) {
        followed.push(after);
        for await (const entries of log.real.follow(after, signal)) {
          yield entries;
          if (followed.length === 1) throw new StoreUnavailableError("The feed broke");
        }
      };
    });
    const revision = await commitElsewhere(registry.log.real, "b");
    await context.expect.poll(() => registry.events).toEqual(["break"]);
    await context.expect.poll(() => followed).toEqual([1, revision]);
    await commitElsewhere(registry.log.real, "c");
    await context.expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["b", "c"]);
    context.expect(registry.log.calls.proveHead).toBe(0);
  });

  it("that skips an entry has the registry read what is missing", async (context) => {
    const registry = await openForTest(context, (log) => {
      log.overrides.follow = async function* (after, signal) {
        for await (const entries of log.real.follow(after, signal)) {
          if (entries.length > 2) yield entries.slice(2);
        }
      };
    });
    await commitElsewhere(registry.log.real, "b", "c", "d");
    await context.expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["b", "c", "d"]);
    context.expect(registry.log.calls.proveHead).toBe(0);
  });

  it("that is silent while the log goes on is cut and opened again", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context, (log) => {
      log.overrides.follow = silence;
    });
    const revision = await commitElsewhere(registry.log.real, "b");
    // The probe itself reads what the feed does not bring.
    await expect.poll(() => namesOf(registry, "elsewhere"), SOON).toEqual(["b"]);
    registry.log.overrides = {};
    await expect.poll(() => registry.events, SOON).toEqual([`wedge ${revision}`]);
    const { proveHead, follow } = registry.log.calls;
    expect(follow).toBe(2);
    await commitElsewhere(registry.log.real, "c");
    await expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["b", "c"]);
    expect(registry.log.calls.proveHead).toBe(proveHead);
  });

  it("that is silent because nothing happens is left alone", async (context) => {
    const registry = await openForTest(context);
    await registry.registerFor("a-api", registrationOf(["a"]));
    await context.expect.poll(() => registry.log.calls.proveHead, SOON).toBeGreaterThanOrEqual(2);
    context.expect(registry.log.calls.follow).toBe(1);
    context.expect(registry.events).toEqual([]);
  });
});

describe("a head that is behind the revision waited for", () => {
  it("is proven before the revision is called unknown", async (context) => {
    const registry = await openForTest(context, (log) => {
      log.overrides.follow = silence;
    });
    const revision = await commitElsewhere(registry.log.real, "b");
    // As a primary answers that was cut off and has not noticed it yet.
    registry.log.overrides.head = async () => revision - 1;
    await registry.reach(revision, NO_HURRY);
    context.expect(namesOf(registry, "elsewhere")).toEqual(["b"]);
  });
});

describe.concurrent("a log that no longer reaches back", () => {
  it("is loaded anew when the feed finds out", async (context) => {
    const { expect } = context;
    const { registry, show } = await openWithFeed(context, async function* () {
      yield* [];
      throw new HistoryGoneError("The log begins later");
    });
    const { load } = registry.log.calls;
    await commitElsewhere(registry.log.real, "b");
    show();
    await expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["b"]);
    expect(registry.log.calls.load).toBe(load + 1);
    await commitElsewhere(registry.log.real, "c");
    await expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["b", "c"]);
    expect(registry.events).toEqual(["break"]);
  });

  it("is loaded anew when a registration finds out", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context, (log) => {
      log.overrides.follow = silence;
    });
    await commitElsewhere(registry.log.real, "b");
    registry.log.overrides.read = async () => {
      delete registry.log.overrides.read;
      throw new HistoryGoneError("The log begins later");
    };
    const { load } = registry.log.calls;
    expect(await registry.registerFor("a-api", registrationOf(["a"]))).toMatchObject({ revision: 3 });
    expect(registry.log.calls.load).toBe(load + 1);
    expect(namesOf(registry, "elsewhere")).toEqual(["b"]);
  });

  it("or lacks what its head tells of is loaded anew", async (context) => {
    const { expect } = context;
    const registry = await openForTest(context, (log) => {
      log.overrides.follow = silence;
    });
    await commitElsewhere(registry.log.real, "b");
    registry.log.overrides.read = async () => [];
    expect(await registry.registerFor("a-api", registrationOf(["a"]))).toMatchObject({ revision: 3 });
    expect(namesOf(registry, "elsewhere")).toEqual(["b"]);
  });
});

describe.concurrent("a log that others write to without a pause", () => {
  it("is loaded all the same", async (context) => {
    let reads = 0;
    const registry = await openForTest(context, (log) => {
      log.overrides.load = async () => {
        delete log.overrides.load;
        const snapshot = await log.real.load();
        await commitElsewhere(log.real, "0");
        return snapshot;
      };
      // Whoever reads on until there is nothing more reads for ever.
      log.overrides.read = async (after, limit) => {
        const entries = await log.real.read(after, limit);
        reads += 1;
        if (reads < 100) await commitElsewhere(log.real, `${reads}`);
        else delete log.overrides.read;
        return entries;
      };
      log.overrides.commit = async (entries) => {
        delete log.overrides.read;
        delete log.overrides.commit;
        await log.real.commit(entries);
      };
    });
    context.expect(reads).toBeLessThan(10);
    await context.expect.poll(() => namesOf(registry, "elsewhere")).toContain("1");
  });
});

describe.concurrent("a feed of another history", () => {
  it("is not built upon, although its next revision fits", async (context) => {
    const { expect } = context;
    const { registry, show } = await openWithFeed(context, async function* () {
      // It changes a scope that was never here.
      const after = sampleScope({ name: "b", owner: "elsewhere", revision: 2 });
      yield [sampleEntry(2, [{ kind: "scope", name: "b", before: { ...after, revision: 1 }, after }])];
    });
    const { head } = registry.log.calls;
    show();
    await expect.poll(() => registry.log.calls.head).toBeGreaterThan(head);
    expect(namesOf(registry, "elsewhere")).toEqual([]);
    await commitElsewhere(registry.log.real, "c");
    await expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["c"]);
  });
});

describe.concurrent("a log that was replaced by a shorter one", () => {
  /** Puts another log below the registry, as when a database is restored from a backup under it; the feed stays silent. */
  async function openAndReplace(context: TestContext): Promise<OpenedRegistry> {
    const registry = await openForTest(context);
    await registry.registerFor("old-api", registrationOf(["old"]));
    await registry.registerFor("old-api", registrationOf(["older"]));
    const place = await sqlitePlace();
    const { real } = registry.log;
    registry.log.real = await place.open();
    context.onTestFinished(async () => {
      await real.close();
      await place.remove();
    });
    await commitElsewhere(registry.log.real, "new");
    return registry;
  }

  it("is loaded anew by the next registration", async (context) => {
    const { expect } = context;
    const registry = await openAndReplace(context);
    const answer = await registry.registerFor("elsewhere", registrationOf(["newer"]));
    expect(answer).toMatchObject({ revision: 2, results: [{ outcome: "CREATED" }] });
    expect(namesOf(registry, "old-api")).toEqual([]);
    expect(namesOf(registry, "elsewhere")).toEqual(["new", "newer"]);
  });

  it("is loaded anew where nobody registers, and followed from then on", async (context) => {
    const { expect } = context;
    const registry = await openAndReplace(context);
    await expect.poll(() => namesOf(registry, "elsewhere"), SOON).toEqual(["new"]);
    expect(namesOf(registry, "old-api")).toEqual([]);
    await expect.poll(() => registry.events, SOON).toEqual(["wedge 1"]);
    const { proveHead } = registry.log.calls;
    await commitElsewhere(registry.log.real, "newer");
    await expect.poll(() => namesOf(registry, "elsewhere")).toEqual(["new", "newer"]);
    expect(registry.log.calls.proveHead).toBe(proveHead);
  });
});
