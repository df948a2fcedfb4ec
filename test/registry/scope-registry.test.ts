import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OwnScopeTakenError } from "../../src/registry/own-scopes.ts";
import type { RegistrationAnswer } from "../../src/registry/registration.ts";
import type { LogPlace } from "../store/scope-log-acceptance.ts";
import {
  entriesOf,
  holdCommits,
  namesOf,
  newRequestId,
  type OpenedRegistry,
  OWN_SCOPES,
  openForTest,
  openOn,
  STORES,
  watchLog,
} from "./opened-registry.ts";
import { define, NO_HURRY, owner, registrationOf } from "./sample-registrations.ts";

describe.each(STORES)("the registry on $store", ({ createPlace }) => {
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

  async function reopen(ownScopes = OWN_SCOPES): Promise<void> {
    await registry.end();
    const log = watchLog(await place.open());
    registry = await openOn(log, ownScopes).catch(async (error: unknown) => {
      await log.close();
      throw error;
    });
  }

  describe("its own scopes", () => {
    it("are registered once: restricted, unlisted, without an owner and by nobody", async () => {
      await reopen();
      const entries = await entriesOf(registry.log);
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({ actor: "", resourceServer: "" });
      expect(entries[0]?.changes.map(({ name }) => name).sort()).toEqual(Object.values(OWN_SCOPES).sort());
      for (const { after } of entries[0]?.changes ?? []) {
        expect(after).toMatchObject({ owner: "", restricted: true, unlisted: true, state: "ACTIVE", isDefault: false });
      }
      expect(registry.size).toBe(7);
    });

    it("belong to nobody who registers", async () => {
      await expect(registry.registerFor("a-api", registrationOf([OWN_SCOPES.admin]))).rejects.toMatchObject({
        reason: "SCOPE_NOT_OWNED",
      });
      expect(registry.revision).toBe(1);
    });

    it("are one more where resource servers with dot-dynamic-scopes register, and it belongs to nobody either", async () => {
      await reopen({ ...OWN_SCOPES, dotDynamicScopes: "register-scope" });
      const entries = await entriesOf(registry.log);
      expect(entries.at(-1)?.changes.map(({ name, after }) => ({ name, ...after }))).toMatchObject([
        { name: "register-scope", owner: "", restricted: true, unlisted: true },
      ]);
      await expect(registry.registerFor("a-api", registrationOf(["register-scope"]))).rejects.toMatchObject({
        reason: "SCOPE_NOT_OWNED",
      });
      await reopen({ ...OWN_SCOPES, dotDynamicScopes: OWN_SCOPES.register });
      expect(registry.revision).toBe(2);
    });

    it("are not opened with where a resource server has one of the names", async () => {
      await registry.registerFor("a-api", registrationOf(["governance"]));
      const reopening = reopen({ ...OWN_SCOPES, admin: "governance" });
      await expect(reopening).rejects.toThrow(OwnScopeTakenError);
      await expect(reopening).rejects.toThrow(
        "Scope governance belongs to resource server a-api: choose another name for the registry's own scope",
      );
      await reopen();
      expect(registry.revision).toBe(2);
    });
  });

  it("reads what was registered at once, and after a restart all of it the same", async () => {
    const scopes = [
      define("a", { resources: ["urn:a"], consentTexts: { de: { title: "Alles", description: "" } } }),
      "b",
    ];
    const answer = await registry.registerFor("a-api", registrationOf(scopes, { release: 3, displayName: "A" }));
    expect(answer.revision).toBe(2);
    expect(namesOf(registry, "a-api")).toEqual(["a", "b"]);
    const page = listAll();
    await reopen();
    expect(listAll()).toEqual(page);
    const again = await registry.registerFor("a-api", registrationOf(scopes, { release: 3 }));
    expect(again.results.map(({ outcome }) => outcome)).toEqual(["UNCHANGED", "UNCHANGED"]);
    expect(again.contentHash).toBe(answer.contentHash);
    const older = await registry.registerFor("a-api", registrationOf(scopes, { release: 2 }));
    expect(older.results.map(({ outcome }) => outcome)).toEqual(["SUPERSEDED", "SUPERSEDED"]);
    expect(registry.narrow(["a"], ["urn:a"], { owner: "b-api", maySeeAll: false })).toBeUndefined();
  });

  it("refuses a bad registration without asking the store", async () => {
    await expect(registry.registerFor("a-api", registrationOf(["a b"]))).rejects.toMatchObject({
      reason: "INVALID_REQUEST",
    });
    expect(registry.log.commits).toHaveLength(1);
  });

  describe("registrations at once", () => {
    it("are one commit with an entry each, and one that is refused does not touch the others", async () => {
      const outcomes = await Promise.allSettled([
        ...range(20).map((at) => registry.registerFor(`api${at}`, registrationOf([`s${at}`]))),
        registry.registerFor("thief", registrationOf(["mine", "s3"])),
        registry.registerFor("api20", registrationOf(["s20"])),
      ]);
      expect(outcomes[20]).toMatchObject({ status: "rejected", reason: { reason: "SCOPE_NOT_OWNED" } });
      const answered = outcomes.filter((outcome) => outcome.status === "fulfilled").map(({ value }) => value.revision);
      expect(answered).toEqual(range(21).map((at) => at + 2));
      expect(registry.log.commits.slice(1).map((entries) => entries.length)).toEqual([21]);
      expect((await entriesOf(registry.log)).map(({ revision }) => revision)).toEqual(range(22).map((at) => at + 1));
      expect(namesOf(registry, "thief")).toEqual([]);
    });

    it("are planned one on top of the other", async () => {
      const [first, second, same, more] = await Promise.allSettled([
        registry.registerFor("a-api", registrationOf([define("x", { resources: ["urn:x"] })])),
        registry.registerFor("b-api", registrationOf([define("y", { resources: ["urn:x"] })])),
        registry.registerFor("a-api", registrationOf(["x"])),
        registry.registerFor("a-api", registrationOf(["x", "z"], { expectedRevision: 2 })),
      ]);
      expect(first).toMatchObject({ value: { revision: 2, results: [{ outcome: "CREATED" }] } });
      expect(second).toMatchObject({ reason: { reason: "RESOURCE_NOT_OWNED" } });
      expect(same).toMatchObject({ value: { revision: 2, results: [{ outcome: "UNCHANGED" }] } });
      expect(more).toMatchObject({
        value: { revision: 3, results: [{ outcome: "UNCHANGED" }, { outcome: "CREATED" }] },
      });
    });

    it("are committed in groups of 256 at most, in the order in which they came", async () => {
      const answers = await Promise.all(
        range(600).map((at) => registry.registerFor("a-api", registrationOf([`s${at}`]))),
      );
      expect(answers.map(({ revision }) => revision)).toEqual(range(600).map((at) => at + 2));
      expect(registry.log.commits.slice(1).map((entries) => entries.length)).toEqual([256, 256, 88]);
    });

    it("that change nothing write nothing, and ask for the head once a group", async () => {
      await registry.registerFor("a-api", registrationOf(["a", "b"]));
      const { head } = registry.log.calls;
      const answers = await Promise.all(
        range(200).map(() => registry.registerFor("a-api", registrationOf(["a", "b"]))),
      );
      expect(new Set(answers.map(outcomesOf))).toEqual(new Set(["UNCHANGED UNCHANGED"]));
      expect(new Set(answers.map(({ revision }) => revision))).toEqual(new Set([2]));
      expect(registry.log.commits).toHaveLength(2);
      expect(registry.log.calls.head - head).toBe(1);
      expect(await registry.log.head()).toBe(2);
    });

    it("that only validate see the others of their group, and write nothing", async () => {
      const [, dry] = await Promise.all([
        registry.registerFor("a-api", registrationOf(["a"])),
        registry.registerFor("a-api", registrationOf(["a", "b"], { validateOnly: true })),
        registry.registerFor("a-api", registrationOf(["c"])),
      ]);
      expect(outcomesOf(dry)).toBe("UNCHANGED CREATED");
      expect(namesOf(registry, "a-api")).toEqual(["a", "c"]);
      expect((await entriesOf(registry.log)).flatMap(({ changes }) => changes.map(({ name }) => name))).not.toContain(
        "b",
      );
    });
  });

  it("does not wait for a revision that it has, and refuses one that nobody has", async () => {
    const { revision } = await registry.registerFor("a-api", registrationOf(["a"]));
    expect(registry.reach(revision, NO_HURRY)).toBeUndefined();
    await expect(registry.reach(revision + 1, NO_HURRY)).rejects.toMatchObject({
      reason: "REVISION_UNKNOWN",
      metadata: { revision: String(revision) },
    });
  });

  it("answers the calls that wait when it is closed, and takes no more", async () => {
    const waiting = range(300).map((at) => registry.registerFor("a-api", registrationOf([`s${at}`])));
    const closing = registry.close();
    const late = registry.registerFor("a-api", registrationOf(["late"]));
    await expect(late).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
    await closing;
    expect(await registry.log.head()).toBe(301);
    expect((await Promise.all(waiting)).at(-1)?.revision).toBe(301);
  });

  it("gives a call up when its caller does, and commits it no more if it still waited", async () => {
    const release = holdCommits(registry);
    const first = registry.registerFor("a-api", registrationOf(["first"]));
    await expect.poll(() => registry.log.commits.length).toBe(2);
    const caller = new AbortController();
    const deadline = { expiresAt: undefined, signal: caller.signal };
    const second = registry.register(owner("a-api"), registrationOf(["second"]), newRequestId(), deadline);
    const third = registry.registerFor("a-api", registrationOf(["third"]));
    caller.abort();
    await expect(second).rejects.toMatchObject({ reason: "CANCELLED" });
    release();
    await Promise.all([first, third]);
    expect(namesOf(registry, "a-api")).toEqual(["first", "third"]);
  });

  function listAll() {
    const query = { owner: "", resource: "", namePrefix: "", names: [], states: [], defaultsOnly: false };
    return registry.list({ ...query, pageSize: 0, pageToken: "" });
  }
});

describe("large registrations at once", () => {
  it("are committed in groups that the store can take, in the order in which they came", async (context) => {
    const registry = await openForTest(context);
    const description = "\u{1f511}".repeat(1_000);
    const answers = await Promise.all(
      range(3).map((at) => {
        const scopes = range(2_100).map((scope) => define(`s${at}.${scope}`, { description }));
        return registry.registerFor("a-api", registrationOf(scopes));
      }),
    );
    expect(answers.map(({ revision }) => revision)).toEqual([2, 3, 4]);
    expect(registry.log.commits.slice(1).map((entries) => entries.length)).toEqual([2, 1]);
    expect(registry.size).toBe(7 + 3 * 2_100);
  });
});

function outcomesOf({ results }: RegistrationAnswer): string {
  return results.map(({ outcome }) => outcome).join(" ");
}

function range(length: number): number[] {
  return Array.from({ length }, (_, at) => at);
}
