import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { openMongodbLog } from "../../src/store/mongodb/mongodb-log.ts";
import { StoreUnavailableError } from "../../src/store/store-errors.ts";
import { ownDatabase, type TestDatabase } from "../support/mongod-database.ts";
import { entriesOf, namesOf, type OpenedRegistry, openOn, watchLog } from "./opened-registry.ts";
import { define, NO_HURRY, registrationOf } from "./sample-registrations.ts";

describe("several registries on one MongoDB", () => {
  let database: TestDatabase;
  let registries: OpenedRegistry[];

  beforeEach(() => {
    database = ownDatabase(inject("mongodbUri"));
    registries = [];
  });

  afterEach(async () => {
    await Promise.all(registries.map((registry) => registry.end()));
    await database.drop();
  });

  async function open(count: number): Promise<OpenedRegistry[]> {
    registries = await Promise.all(
      Array.from({ length: count }, async () => openOn(watchLog(await openMongodbLog({ uri: database.uri })))),
    );
    return registries;
  }

  async function openTwo(): Promise<[OpenedRegistry, OpenedRegistry]> {
    const [one, other] = await open(2);
    if (one === undefined || other === undefined) throw new Error("Two registries were to be opened");
    return [one, other];
  }

  /** One registry, and another whose feed brings nothing. */
  async function openWithDeaf(): Promise<[OpenedRegistry, OpenedRegistry]> {
    const [one] = await open(1);
    const log = watchLog(await openMongodbLog({ uri: database.uri }));
    log.overrides.follow = async function* (_after, signal) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield* [];
    };
    const other = await openOn(log);
    registries.push(other);
    if (one === undefined) throw new Error("A registry was to be opened");
    return [one, other];
  }

  /** Puts the registry of another owner in the place of the one in the database, at the same revision. */
  async function replaceRegistry(): Promise<OpenedRegistry> {
    const client = await new MongoClient(database.uri).connect();
    try {
      const collections = await client.db(database.name).collections();
      await Promise.all(collections.map((collection) => collection.deleteMany({})));
    } finally {
      await client.close();
    }
    const replacement = await openOn(watchLog(await openMongodbLog({ uri: database.uri })));
    registries.push(replacement);
    await replacement.registerFor("b-api", registrationOf(["b"]));
    return replacement;
  }

  const breakOff = async (): Promise<never> => {
    throw new StoreUnavailableError("The store is away");
  };

  it.each([
    ["breaks off", breakOff],
    ["is slow", (head: () => Promise<number>) => delay(1_000).then(head)],
  ])("never mix with another one that takes their place, when loading it %s at its end", async (_what, atTheEnd) => {
    const [one] = await open(1);
    if (one === undefined) throw new Error("A registry was to be opened");
    await one.registerFor("a-api", registrationOf(["a"]));
    // Looking at the head is the last thing before the loaded state is taken into use.
    one.log.overrides.load = async () => {
      delete one.log.overrides.load;
      const snapshot = await one.log.real.load();
      return { ...snapshot, head: () => atTheEnd(snapshot.head) };
    };
    const replacement = await replaceRegistry();
    const stealing = Array.from({ length: 20 }, async (_, at) => {
      await delay(at * 150);
      return one.registerFor("thief-api", registrationOf(["b"])).catch((error: unknown) => error);
    });
    for (const outcome of await Promise.all(stealing)) {
      expect(outcome).toMatchObject({ reason: expect.stringMatching(/^(SCOPE_NOT_OWNED|STORE_UNAVAILABLE)$/) });
    }
    await expect.poll(() => namesOf(one, "b-api"), { timeout: 8_000 }).toEqual(["b"]);
    expect(namesOf(one, "a-api")).toEqual([]);
    expect(one.registryId).toBe(replacement.registryId);
    expect(namesOf(replacement, "b-api")).toEqual(["b"]);
  });

  it("register their own scopes once when all of them start at once", async () => {
    const [one] = await open(6);
    expect(registries.map(({ revision }) => revision)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await one?.log.head()).toBe(1);
  });

  it("give eight replicas of a resource server that start at once one revision and seven times UNCHANGED", async () => {
    const all = await open(8);
    const registration = registrationOf(["a", "b", "c"], { release: 1, displayName: "A", mode: "REPLACE" });
    const answers = await Promise.all(all.map((registry) => registry.registerFor("a-api", registration)));
    const outcomes = answers.map(({ results }) => results.map(({ outcome }) => outcome).join(" "));
    expect(outcomes.filter((outcome) => outcome === "CREATED CREATED CREATED")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "UNCHANGED UNCHANGED UNCHANGED")).toHaveLength(7);
    expect(new Set(answers.map(({ revision }) => revision))).toEqual(new Set([2]));
    expect(await all[0]?.log.head()).toBe(2);
  });

  it("let exactly one owner win a name that two register at once", async () => {
    const [one, other] = await openTwo();
    for (let round = 0; round < 15; round += 1) {
      const name = `contested${round}`;
      const outcomes = await Promise.allSettled([
        one.registerFor("a-api", registrationOf([name, `a${round}`])),
        other.registerFor("b-api", registrationOf([`b${round}`, name])),
      ]);
      const won = outcomes.findIndex(({ status }) => status === "fulfilled");
      expect(outcomes[1 - won]).toMatchObject({
        status: "rejected",
        reason: { reason: "SCOPE_NOT_OWNED", metadata: { scopes: name } },
      });
      for (const registry of [one, other]) {
        await registry.reach(round + 2, NO_HURRY);
        expect(namesOf(registry, won === 0 ? "a-api" : "b-api")).toContain(name);
        expect(namesOf(registry, won === 0 ? "b-api" : "a-api")).not.toContain(`${won === 0 ? "b" : "a"}${round}`);
      }
    }
    expect(await one.log.head()).toBe(16);
  });

  it("lose nothing and store nothing twice in a storm of registrations", async () => {
    const all = await open(3);
    const rounds = 8;
    const owners = Array.from({ length: 12 }, (_, at) => `api${at}`);
    const acknowledged = await Promise.all(
      owners.map(async (ownerName, at) => {
        const revisions: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const registry = all[(at + round) % all.length] as OpenedRegistry;
          const scopes = [`${ownerName}.${round}`, `${ownerName}.both`];
          const answer = await registry.registerFor(ownerName, registrationOf(scopes));
          expect(answer.results.map(({ outcome }) => outcome)).toEqual([
            "CREATED",
            round === 0 ? "CREATED" : "UNCHANGED",
          ]);
          revisions.push(answer.revision);
        }
        return revisions;
      }),
    );
    const entries = await entriesOf(registries[0]?.log as OpenedRegistry["log"]);
    expect(entries.map(({ revision }) => revision)).toEqual(entries.map((_, at) => at + 1));
    expect(acknowledged.flat().sort((a, b) => a - b)).toEqual(entries.slice(1).map(({ revision }) => revision));
    expect(new Set(entries.map(({ requestId }) => requestId)).size).toBe(entries.length);
    const stored = entries.flatMap(({ changes }) => changes).filter(({ kind, before }) => kind === "scope" && !before);
    expect(stored).toHaveLength(7 + owners.length * (rounds + 1));
    for (const registry of all) {
      await registry.reach(entries.length, NO_HURRY);
      for (const ownerName of owners) {
        const expected = [...Array.from({ length: rounds }, (_, at) => `${ownerName}.${at}`), `${ownerName}.both`];
        expect(namesOf(registry, ownerName)).toEqual(expected.sort());
      }
    }
  });

  it("read another one's write at once when they are asked for its revision", async () => {
    const [one, other] = await openWithDeaf();
    for (let round = 0; round < 20; round += 1) {
      const { revision } = await one.registerFor("a-api", registrationOf([`s${round}`]));
      await other.reach(revision, NO_HURRY);
      expect(namesOf(other, "a-api")).toContain(`s${round}`);
    }
  });

  it("call UNCHANGED, and refuse, only what is so in the newest state", async () => {
    const [one, other] = await openWithDeaf();
    const first = registrationOf([define("a", { description: "First" })]);
    await other.registerFor("a-api", first);
    await one.registerFor("a-api", registrationOf([define("a", { description: "Second" })]));
    const again = await other.registerFor("a-api", first);
    expect(again).toMatchObject({ revision: 4, results: [{ outcome: "UPDATED" }] });
    await one.registerFor("b-api", registrationOf(["b"], { release: 2 }));
    const superseded = await other.registerFor("b-api", registrationOf(["b", "c"], { release: 1 }));
    expect(superseded.results.map(({ outcome }) => outcome)).toEqual(["SUPERSEDED", "SUPERSEDED"]);
    expect(superseded.results[0]?.scope?.owner).toBe("b-api");
  });

  it("write nothing to MongoDB for registrations that change nothing", async () => {
    const [one, other] = await openTwo();
    const client = await new MongoClient(inject("mongodbUri")).connect();
    try {
      const register = (registry: OpenedRegistry) =>
        registry.registerFor("a-api", registrationOf(["a", "b"], { release: 1 }));
      const initially = await countWrites(client, database.name);
      await register(one);
      const before = await countWrites(client, database.name);
      expect(before).toBeGreaterThan(initially);
      const probes = one.log.calls.proveHead + other.log.calls.proveHead;
      const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => register(at % 2 === 0 ? one : other)));
      const outcomes = answers.flatMap(({ results }) => results.map(({ outcome }) => outcome));
      expect(new Set(outcomes)).toEqual(new Set(["UNCHANGED"]));
      const written = (await countWrites(client, database.name)) - before;
      // Each registry proves every two seconds that the store can be written; one proof of each may have been on its way before.
      expect(written).toBeLessThanOrEqual(one.log.calls.proveHead + other.log.calls.proveHead - probes + 2);
    } finally {
      await client.close();
    }
  });
});

/** How many writes a database has had. Other tests' databases are on the same server, so that its own total does not tell. */
async function countWrites(client: MongoClient, database: string): Promise<number> {
  const { totals } = await client.db("admin").command({ top: 1 });
  const collections = Object.entries<Record<string, { count: number }>>(totals);
  return collections
    .filter(([namespace]) => namespace.startsWith(`${database}.`))
    .flatMap(([, { insert, update, remove }]) => [insert, update, remove])
    .reduce((sum, operation) => sum + (operation?.count ?? 0), 0);
}
