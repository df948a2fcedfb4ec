import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createRegistrySession } from "../../src/connection/registry-session.ts";
import { startScriptedRegistry } from "./scripted-registry.ts";

afterEach(() => void vi.useRealTimers());

const closed = new ConnectError("The connection is closed: make another", Code.Canceled);

describe("the session of a connection", () => {
  it("opens nothing after it is closed", async () => {
    await using registry = await startScriptedRegistry({});
    const session = createRegistrySession(`http://${registry.address}`, undefined);
    session.close(closed);
    await expect(session.request("POST", "/", {}, {})).rejects.toBe(closed);
    expect(registry.connections).toBe(0);
  });

  it("leaves nothing open when it is closed while an idle connection is being verified", async () => {
    await using registry = await startScriptedRegistry({});
    const session = createRegistrySession(`http://${registry.address}`, undefined);
    const first = await session.request("POST", "/", {}, {});
    await expect.poll(() => registry.connections).toBe(1);
    first.on("error", () => undefined).close();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    const verifying = session.request("POST", "/", {}, {}).then(
      (stream) => void stream.on("error", () => undefined),
      () => undefined,
    );
    session.close(closed);
    await verifying;
    await expect.poll(() => registry.connections).toBe(0);
  });
});
