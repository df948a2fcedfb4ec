import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RevisionTakenError, StoreUnavailableError } from "../../src/store/store-errors.ts";
import type { LogPlace } from "../store/scope-log-acceptance.ts";
import { entriesOf, namesOf, newRequestId, type OpenedRegistry, openOn, STORES, watchLog } from "./opened-registry.ts";
import { owner, registrationOf } from "./sample-registrations.ts";

const unknown = () => new StoreUnavailableError("The answer was lost", { outcome: "unknown" });

describe.each(STORES)("a commit on $store", ({ createPlace }) => {
  let place: LogPlace;
  let registry: OpenedRegistry;

  beforeEach(async () => {
    place = await createPlace();
    registry = await openOn(watchLog(await place.open()));
  });

  afterEach(async () => {
    await registry.end();
    await place.remove();
  });

  /** Lets the next commit fail: after it was stored, or before. */
  function loseAnswer({ stored }: { stored: boolean }): void {
    registry.log.overrides.commit = async (entries) => {
      delete registry.log.overrides.commit;
      if (stored) await registry.log.real.commit(entries);
      throw unknown();
    };
  }

  it.each([{ stored: true }, { stored: false }])(
    "whose answer is lost (stored: $stored) is in the log once, and answered as what it was",
    async ({ stored }) => {
      loseAnswer({ stored });
      const answers = await Promise.all([
        registry.registerFor("a-api", registrationOf(["a"], { expectedRevision: 0 })),
        registry.registerFor("b-api", registrationOf(["b"], { expectedRevision: 0 })),
      ]);
      expect(answers).toMatchObject([
        { revision: 2, results: [{ name: "a", outcome: "CREATED" }] },
        { revision: 3, results: [{ name: "b", outcome: "CREATED" }] },
      ]);
      const entries = await entriesOf(registry.log);
      expect(entries.map(({ actor }) => actor)).toEqual(["", "a-api", "b-api"]);
      expect(registry.revision).toBe(3);
      expect(registry.events).toEqual(["unreachable", "reachable"]);
    },
  );

  it("whose answer is lost is found for the others, though one of the group has given up", async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    registry.log.overrides.commit = async (entries) => {
      delete registry.log.overrides.commit;
      await registry.log.real.commit(entries);
      await held;
      throw unknown();
    };
    const caller = new AbortController();
    const deadline = { expiresAt: undefined, signal: caller.signal };
    const expectedRevision = 0;
    const first = registry.registerFor("a-api", registrationOf(["a"], { expectedRevision }));
    const second = registry.register(owner("b-api"), registrationOf(["b"]), newRequestId(), deadline);
    const third = registry.registerFor("c-api", registrationOf(["c"], { expectedRevision }));
    await expect.poll(() => registry.log.commits.length).toBe(2);
    caller.abort();
    await expect(second).rejects.toMatchObject({ reason: "CANCELLED" });
    release();
    expect(await first).toMatchObject({ revision: 2, results: [{ outcome: "CREATED" }] });
    expect(await third).toMatchObject({ revision: 4, results: [{ outcome: "CREATED" }] });
    expect(await registry.log.head()).toBe(4);
  });

  it("whose answer is lost for good is refused as unknown, and registering again finds it", async () => {
    const { log } = registry;
    loseAnswer({ stored: true });
    log.overrides.head = async () => {
      throw new StoreUnavailableError("The store is away");
    };
    await expect(registry.registerFor("a-api", registrationOf(["a"]))).rejects.toMatchObject({
      reason: "STORE_UNAVAILABLE",
      message: expect.stringContaining("the outcome is unknown"),
    });
    delete log.overrides.head;
    const again = await registry.registerFor("a-api", registrationOf(["a"]));
    expect(again).toMatchObject({ revision: 2, results: [{ outcome: "UNCHANGED" }] });
    expect(await entriesOf(log)).toHaveLength(2);
  });

  it("that lands after it was looked for is found, and answered as what it was", async () => {
    const { log } = registry;
    log.overrides.commit = async (entries) => {
      log.overrides.commit = async () => {
        delete log.overrides.commit;
        await log.real.commit(entries);
        throw new RevisionTakenError("The first try has landed meanwhile");
      };
      throw unknown();
    };
    const answer = await registry.registerFor("a-api", registrationOf(["a"], { expectedRevision: 0 }));
    expect(answer).toMatchObject({ revision: 2, results: [{ name: "a", outcome: "CREATED" }] });
    expect(await entriesOf(log)).toHaveLength(2);
  });

  it("that may still land is not answered as if nothing was changed", async () => {
    const { log } = registry;
    log.overrides.commit = async () => {
      log.overrides.commit = async () => {
        delete log.overrides.commit;
        throw new StoreUnavailableError("The store is away");
      };
      throw unknown();
    };
    await expect(registry.registerFor("a-api", registrationOf(["a"]))).rejects.toMatchObject({
      reason: "STORE_UNAVAILABLE",
      message: expect.stringContaining("the outcome is unknown"),
    });
  });

  it("that loses the race again and again is planned anew until it wins", async () => {
    let races = 0;
    registry.log.overrides.commit = async (entries) => {
      races += 1;
      if (races <= 5) throw new RevisionTakenError("Another server holds it");
      await registry.log.real.commit(entries);
    };
    expect(await registry.registerFor("a-api", registrationOf(["a"]))).toMatchObject({ revision: 2 });
    expect(races).toBe(6);
    expect(registry.events).toEqual([]);
  });

  it("is stored exactly once, whatever happens to it, if it is acknowledged", async () => {
    const chances = [0.5, 0.3, 0.7, 0.9, 0.1, 0.6, 0.2, 0.8, 0.4, 0.95, 0.05];
    let turn = 0;
    registry.log.overrides.commit = async (entries) => {
      turn += 1;
      const chance = chances[turn % chances.length] ?? 0;
      if (chance < 0.2) throw unknown();
      if (chance < 0.4) throw new RevisionTakenError("Another server holds it");
      if (chance < 0.5) throw new StoreUnavailableError("The store is away");
      await registry.log.real.commit(entries);
      if (chance < 0.75) throw unknown();
    };
    const acknowledged: string[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async (_, server) => {
        for (let round = 0; round < 12; round += 1) {
          const name = `s${server}.${round}`;
          const answer = await registry.registerFor(`api${server}`, registrationOf([name])).catch(() => undefined);
          if (answer === undefined) continue;
          acknowledged.push(name);
          expect(answer.results[0]?.outcome).toBe("CREATED");
        }
      }),
    );
    expect(acknowledged.length).toBeGreaterThan(10);
    const entries = await entriesOf(registry.log);
    const stored = entries.slice(1).flatMap(({ changes }) => changes.filter(({ kind }) => kind === "scope"));
    expect(entries.map(({ revision }) => revision)).toEqual(entries.map((_, at) => at + 1));
    for (const name of acknowledged) expect(stored.filter((change) => change.name === name)).toHaveLength(1);
    const registered = Array.from({ length: 6 }, (_, server) => namesOf(registry, `api${server}`)).flat();
    expect(registered.sort()).toEqual(stored.map(({ name }) => name).sort());
  });
});
