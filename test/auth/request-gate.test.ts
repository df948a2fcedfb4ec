import { setImmediate as settle } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createRequestGate, type RequestGateOptions } from "../../src/auth/request-gate.ts";

/** A gate for one request and two that wait, and requests that end when they are told to. */
function openGate(options: Partial<RequestGateOptions> = {}) {
  const gate = createRequestGate({
    maxUnderWay: 1,
    maxWaiting: 2,
    maxWaitMs: 1_000,
    now: Date.now,
    refusal: () => new Error("turned away"),
    ...options,
  });
  const started: string[] = [];
  return {
    started,
    request(name: string) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const passed = gate.pass(() => {
        started.push(name);
        return promise;
      });
      return { passed, end: () => resolve(name), fail: () => reject(new Error(`${name} failed`)) };
    },
  };
}

describe("the gate before an issuer", () => {
  it("lets as many requests through as it may, and the others in their order", async () => {
    const { request, started } = openGate({ maxUnderWay: 2 });
    const [a, b, c, d] = [request("a"), request("b"), request("c"), request("d")];
    await settle();
    expect(started).toEqual(["a", "b"]);
    b.end();
    expect(await b.passed).toBe("b");
    await settle();
    expect(started).toEqual(["a", "b", "c"]);
    a.end();
    c.end();
    d.end();
    expect(await Promise.all([a.passed, c.passed, d.passed])).toEqual(["a", "c", "d"]);
  });

  it("turns away what would wait behind too many, and takes newcomers again later", async () => {
    const { request, started } = openGate();
    const [a, b, c] = [request("a"), request("b"), request("c")];
    await expect(request("d").passed).rejects.toThrow("turned away");
    for (const each of [a, b, c]) {
      each.end();
      await each.passed;
    }
    const e = request("e");
    e.end();
    await e.passed;
    expect(started).toEqual(["a", "b", "c", "e"]);
  });

  it("goes on after a request that fails", async () => {
    const { request } = openGate();
    const [a, b] = [request("a"), request("b")];
    a.fail();
    await expect(a.passed).rejects.toThrow("a failed");
    b.end();
    expect(await b.passed).toBe("b");
  });

  it("turns away what has waited too long when its turn comes", async () => {
    let time = 0;
    const { request, started } = openGate({ now: () => time });
    const [a, b] = [request("a"), request("b")];
    time = 600;
    const c = request("c");
    time = 1_001;
    a.end();
    await expect(b.passed).rejects.toThrow("turned away");
    c.end();
    expect(await c.passed).toBe("c");
    expect(started).toEqual(["a", "c"]);
  });
});
