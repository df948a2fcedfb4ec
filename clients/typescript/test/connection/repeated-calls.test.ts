import { setTimeout as sleep } from "node:timers/promises";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectError } from "@connectrpc/connect";
import { ScopeRegistry } from "@scope-registry/client";
import { describe, expect, it } from "vitest";
import { startDeadline } from "../../src/connection/call-deadline.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { repeatWhileUnavailable } from "../../src/connection/repeat-calls.ts";
import { failureOf } from "./failed-call.ts";
import { refusal, startScriptedRegistry } from "./scripted-registry.ts";

/** A method that fails as often as said, and then answers. */
function failing(times: number, error: () => ConnectError) {
  const calledAt: number[] = [];
  const method = () => {
    calledAt.push(performance.now());
    if (calledAt.length <= times) throw error();
    return {};
  };
  return { method, calledAt };
}

const stopping = () => refusal("SHUTTING_DOWN", Code.Unavailable);

describe("repeating calls", () => {
  it("repeats what is safe to repeat, with growing pauses", async () => {
    const reading = failing(3, stopping);
    const registering = failing(1, stopping);
    await using registry = await startScriptedRegistry({
      listScopes: reading.method,
      registerScopes: registering.method,
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    await connection.registry.listScopes({});
    await connection.registry.registerScopes({});
    expect(reading.calledAt).toHaveLength(4);
    expect(registering.calledAt).toHaveLength(2);
    const [first = 0, , , last = 0] = reading.calledAt;
    expect(last - first).toBeGreaterThanOrEqual(350);
  });

  it("repeats four times at the most, and gives the last error", async () => {
    const reading = failing(10, stopping);
    await using registry = await startScriptedRegistry({ listScopes: reading.method });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code: Code.Unavailable });
    expect(reading.calledAt).toHaveLength(4);
  });

  it("repeats no method whose contract does not allow it", async () => {
    const call = failing(1, stopping);
    const method = {
      ...ScopeRegistry.method.listScopes,
      idempotency: MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN,
    };
    const deadline = startDeadline(1_000, [], () => new Error("The time is over"));
    await failureOf(repeatWhileUnavailable(method, deadline, async () => call.method()));
    deadline.end();
    expect(call.calledAt).toHaveLength(1);
  });

  it("repeats no stream", async () => {
    const watching = failing(1, stopping);
    await using registry = await startScriptedRegistry({
      async *watchScopes() {
        yield watching.method();
      },
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const read = async () => {
      for await (const _ of connection.registry.watchScopes({}));
    };
    expect(await failureOf(read())).toMatchObject({ code: Code.Unavailable });
    expect(watching.calledAt).toHaveLength(1);
  });

  it.each([
    ["OVERLOADED", Code.ResourceExhausted],
    ["INTERNAL", Code.Internal],
    ["REVISION_MISMATCH", Code.Aborted],
    ["INVALID_REQUEST", Code.InvalidArgument],
  ])("repeats nothing after %s", async (reason, code) => {
    const reading = failing(1, () => refusal(reason, code));
    await using registry = await startScriptedRegistry({ listScopes: reading.method });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code });
    expect(reading.calledAt).toHaveLength(1);
  });

  it("waits as long as the registry says", async () => {
    const reading = failing(1, () => refusal("STORE_UNAVAILABLE", Code.Unavailable, 600));
    await using registry = await startScriptedRegistry({ listScopes: reading.method });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    await connection.registry.listScopes({});
    const [first = 0, second = 0] = reading.calledAt;
    expect(second - first).toBeGreaterThanOrEqual(590);
  });

  it("gives the cause at once where the time will not do for another attempt", async () => {
    const reading = failing(1, () => refusal("STORE_UNAVAILABLE", Code.Unavailable, 60_000));
    await using registry = await startScriptedRegistry({ listScopes: reading.method });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const startedAt = performance.now();
    expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code: Code.Unavailable });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });

  it("gives the cause, not the deadline, where the time runs out while it repeats", async () => {
    let calls = 0;
    await using registry = await startScriptedRegistry({
      listScopes: () => {
        calls += 1;
        if (calls === 1) throw stopping();
        return Promise.withResolvers<never>().promise;
      },
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const error = await failureOf(connection.registry.listScopes({}, { timeoutMs: 2_000 }));
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: expect.stringContaining("SHUTTING_DOWN") });
    expect(calls).toBe(2);
  });

  it("gives a call as much time as gRPC can where it asks for more", async () => {
    await using registry = await startScriptedRegistry({
      listScopes: async () => {
        await sleep(50);
        return { totalSize: 1 };
      },
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    expect((await connection.registry.listScopes({}, { timeoutMs: 3_000_000_000 })).totalSize).toBe(1);
  });

  it("repeats a call whose connection broke", async () => {
    let calls = 0;
    await using registry = await startScriptedRegistry({
      listScopes: () => {
        calls += 1;
        if (calls > 1) return { totalSize: 1 };
        registry.breakConnections();
        return new Promise(() => undefined);
      },
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    expect((await connection.registry.listScopes({})).totalSize).toBe(1);
  });

  it("reaches a registry that has come back, over the same connection", async () => {
    await using registry = await startScriptedRegistry({ listScopes: () => ({}) });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    await connection.registry.listScopes({});
    await registry.goDown();
    expect(await failureOf(connection.registry.listScopes({}))).toMatchObject({ code: Code.Unavailable });
    await registry.comeBack();
    await connection.registry.listScopes({});
  });
});
