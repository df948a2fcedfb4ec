import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { timeLeft, whyOver, withinDeadline } from "../../src/registry/call-deadline.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";

const signal = new AbortController().signal;
const tooLate = () => new RegistryError("STORE_UNAVAILABLE", "Too late");

describe("the time left to a call", () => {
  it.each([
    { what: "no deadline", expiresAt: undefined, left: 5_000 },
    { what: "a far one", expiresAt: 1_000_000, left: 5_000 },
    { what: "one in a second: 50 ms remain for the answer", expiresAt: 2_000, left: 950 },
    { what: "one in 100 ms: a quarter remains for the answer", expiresAt: 1_100, left: 75 },
    { what: "one right now", expiresAt: 1_000, left: 0 },
    { what: "one that has passed", expiresAt: 1, left: 0 },
  ])("with $what is $left ms", ({ expiresAt, left }) => {
    expect(timeLeft({ expiresAt, signal }, 5_000, 1_000)).toBe(left);
  });
});

describe("waiting within a deadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives the outcome, and leaves no timer and no listener", async () => {
    const caller = new AbortController();
    const removed = vi.spyOn(caller.signal, "removeEventListener");
    const deadline = { expiresAt: Date.now() + 1_000, signal: caller.signal };
    expect(await withinDeadline(Promise.resolve(7), deadline, 5_000, tooLate)).toBe(7);
    await expect(withinDeadline(Promise.reject(new Error("No")), deadline, 5_000, tooLate)).rejects.toThrow("No");
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledTimes(2);
  });

  it("refuses just before the caller's deadline", async () => {
    const deadline = { expiresAt: Date.now() + 1_000, signal };
    const waiting = withinDeadline(new Promise(() => {}), deadline, 5_000, tooLate);
    const refused = expect(waiting).rejects.toThrow("Too late");
    await vi.advanceTimersByTimeAsync(949);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never waits longer than it is told, whatever the caller's deadline", async () => {
    const deadline = { expiresAt: Date.now() + 1_000_000, signal };
    const refused = expect(withinDeadline(new Promise(() => {}), deadline, 5_000, tooLate)).rejects.toThrow("Too late");
    await vi.advanceTimersByTimeAsync(5_000);
    await refused;
  });

  it("ends when the caller gives up, before or after it began", async () => {
    const caller = new AbortController();
    const deadline = { expiresAt: undefined, signal: caller.signal };
    const refused = expect(withinDeadline(new Promise(() => {}), deadline, 5_000, tooLate)).rejects.toMatchObject({
      reason: "CANCELLED",
    });
    caller.abort();
    await refused;
    await expect(withinDeadline(new Promise(() => {}), deadline, 5_000, tooLate)).rejects.toMatchObject({
      reason: "CANCELLED",
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("why nobody waits any more", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const aborted = AbortSignal.abort();

  it.each([
    ["nothing, while there is time", 1_000, signal, undefined],
    ["nothing, just before the end", 1, signal, undefined],
    ["the deadline, once it has passed", 0, signal, "DEADLINE_EXCEEDED"],
    ["the deadline, even if the caller has left since", -1_000, aborted, "DEADLINE_EXCEEDED"],
    ["the deadline, by a caller's clock that is ahead", 1, aborted, "DEADLINE_EXCEEDED"],
    ["the caller, long before its deadline", 1_000, aborted, "CANCELLED"],
  ] as const)("is %s", (_what, leftMs, by, reason) => {
    expect(whyOver({ expiresAt: Date.now() + leftMs, signal: by })?.reason).toBe(reason);
  });

  it("is the caller, where there is no deadline", () => {
    expect(whyOver({ expiresAt: undefined, signal })).toBeUndefined();
    expect(whyOver({ expiresAt: undefined, signal: aborted })?.reason).toBe("CANCELLED");
  });
});
