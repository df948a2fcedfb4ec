import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf, type TalliedUse, UsageTally } from "../../src/judging/index.ts";

const use = (clientId: string, name: string, day: number): TalliedUse => ({ name, clientId, day });

describe("the tally of uses", () => {
  it("gives each pair once, with its newest day, and nothing that it gave before", () => {
    const tally = new UsageTally(10);
    tally.add("shop", "a", 1);
    tally.add("shop", "a", 3);
    tally.add("shop", "a", 2);
    tally.add("", "a", 1);
    expect(tally.take()).toEqual([use("shop", "a", 3), use("", "a", 1)]);
    tally.add("shop", "a", 3);
    tally.add("", "a", 1);
    expect(tally.take()).toEqual([]);
    tally.add("shop", "a", 4);
    expect(tally.take()).toEqual([use("shop", "a", 4)]);
  });

  it("gives what is added together as if it were added one by one, also when the same comes again and again", () => {
    const anyAdded = fc.record({
      client: fc.constantFrom("shop", "cli", ""),
      names: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }),
      day: fc.constantFrom(1, 1, 1, 2),
      next: fc.constantFrom("go on", "go on", "take", "put back", "forget"),
    });
    fc.assert(
      fc.property(fc.array(anyAdded, { maxLength: 30 }), (steps) => {
        const together = new UsageTally(4);
        const oneByOne = new UsageTally(4);
        for (const { client, names, day, next } of steps) {
          together.addAll(client, names, day);
          for (const name of names) oneByOne.add(client, name, day);
          const [some, others] = next === "go on" || next === "forget" ? [[], []] : [together.take(), oneByOne.take()];
          expect(some).toEqual(others);
          if (next === "put back") for (const tally of [together, oneByOne]) tally.putBack(some);
          if (next === "forget") for (const tally of [together, oneByOne]) tally.forget(["a"]);
        }
        expect(together.take()).toEqual(oneByOne.take());
      }),
      { numRuns: 500 },
    );
  });

  it("does not change what it has given", () => {
    const tally = new UsageTally(10);
    tally.add("shop", "a", 1);
    const taken = tally.take();
    tally.putBack(taken);
    tally.add("shop", "a", 2);
    expect(taken).toEqual([use("shop", "a", 1)]);
    expect(tally.take()).toEqual([use("shop", "a", 2)]);
  });

  it("gives again what was put back, unless something newer came meanwhile", () => {
    const tally = new UsageTally(10);
    tally.add("shop", "a", 1);
    tally.add("shop", "b", 1);
    const taken = tally.take();
    tally.add("shop", "b", 2);
    tally.putBack(taken);
    expect(tally.take()).toEqual([use("shop", "b", 2), use("shop", "a", 1)]);
  });

  it("forgets scopes, also those that it gave before, and gives them again when they are used again", () => {
    const tally = new UsageTally(10);
    tally.add("shop", "a", 1);
    tally.add("kiosk", "a", 1);
    tally.add("shop", "b", 1);
    tally.take();
    tally.add("shop", "a", 2);
    tally.add("shop", "c", 2);
    tally.forget(["a", "c", "unused"]);
    expect(tally.take()).toEqual([]);
    for (const name of ["a", "b", "c"]) tally.add("shop", name, 1);
    expect(tally.take()).toEqual([use("shop", "a", 1), use("shop", "c", 1)]);
  });

  it("has room again for what it has forgotten", () => {
    const tally = new UsageTally(2);
    for (const name of ["a", "b"]) tally.add("shop", name, 1);
    tally.forget(["a", "b"]);
    for (const name of ["c", "d", "e"]) tally.add("shop", name, 1);
    expect(tally.take()).toEqual([use("shop", "c", 1), use("shop", "d", 1)]);
  });

  it("drops further pairs when it is full, and takes them in later", () => {
    const tally = new UsageTally(2);
    for (const name of ["a", "b", "c"]) tally.add("shop", name, 1);
    tally.add("shop", "b", 2);
    const taken = tally.take();
    expect(taken).toEqual([use("shop", "a", 1), use("shop", "b", 2)]);
    tally.add("shop", "c", 1);
    tally.putBack(taken);
    expect(tally.take()).toEqual([use("shop", "c", 1), use("shop", "a", 1)]);
    tally.add("shop", "b", 2);
    expect(tally.take()).toEqual([use("shop", "b", 2)]);
  });

  it("remembers a bounded number of pairs: what it has forgotten comes again", () => {
    const tally = new UsageTally(100);
    const addAndTake = (name: string) => {
      tally.add("shop", name, 1);
      return tally.take().length;
    };
    const names = Array.from({ length: 1_000 }, (_, at) => `s${at}`);
    expect(names.map(addAndTake)).toEqual(names.map(() => 1));
    const known = names.filter((name) => addAndTake(name) === 0);
    expect(known.length).toBeLessThanOrEqual(200);
  });

  it("loses no fact as long as it is never full, whatever is put back", () => {
    const fact = fc.record({
      clientId: fc.constantFrom("", "x", "y"),
      name: fc.constantFrom("a", "b"),
      day: fc.nat(3),
    });
    const step = fc.oneof({ weight: 3, arbitrary: fact }, fc.constantFrom("take" as const, "fail" as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const tally = new UsageTally(6);
        const added = new Map<string, number>();
        const passedOn = new Map<string, number>();
        const note = (days: Map<string, number>, { clientId, name, day }: TalliedUse) =>
          days.set(`${clientId} ${name}`, Math.max(day, days.get(`${clientId} ${name}`) ?? 0));
        const pass = () => {
          for (const taken of tally.take()) note(passedOn, taken);
        };
        for (const what of steps) {
          if (what === "take") pass();
          else if (what === "fail") tally.putBack(tally.take());
          else {
            tally.add(what.clientId, what.name, what.day);
            note(added, what);
          }
        }
        pass();
        expect(passedOn).toEqual(added);
      }),
    );
  });
});

describe("the day of a time", () => {
  it("begins at midnight in UTC", () => {
    expect(dayOf(Date.UTC(1970, 0, 2) - 1)).toBe(0);
    expect(dayOf(Date.UTC(1970, 0, 2))).toBe(1);
    expect(dayOf(Date.parse("2026-11-26T23:59:59Z"))).toBe(20_783);
  });
});
