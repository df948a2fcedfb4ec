/** A collector that is away, refuses or hangs is nobody's trouble but its own. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type Collector, startCollector } from "../support/otlp/collector.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { waitUntil } from "../support/wait-until.ts";

// Read by the SDK when a server starts, in this process. A test would end by its own limit before this one has passed.
process.env["OTEL_EXPORTER_OTLP_TIMEOUT"] = "600000";
process.env["OTEL_BSP_SCHEDULE_DELAY"] = "20";
process.env["OTEL_BSP_MAX_QUEUE_SIZE"] = "64";
process.env["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "32";

const CALLS = 400;

async function callOften(server: TestServer): Promise<void> {
  const { registry } = await server.as({ client: "web-as", scopes: ["validate"] });
  for (let call = 0; call < CALLS; call += 50) {
    await Promise.all(Array.from({ length: 50 }, () => registry.validateScopes({ scopes: ["unheard:of"] })));
  }
}

describe("a collector that hangs", () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
    collector.become("hangs");
  });
  afterEach(() => collector[Symbol.asyncDispose]());

  it("holds up neither calls nor the server's end", async () => {
    const server = await startTestServer({ settings: { OTLP_ENDPOINT: collector.url } });
    await callOften(server);
    await waitUntil("the collector was asked", () => collector.requests() > 0);
    await server.stop();
    // What came while the first batch hung is one queue: what did not fit was dropped.
    expect(collector.requests()).toBeLessThan(CALLS / 32);
    expect(collector.spans()).toEqual([]);
  });
});

describe("a collector that is not there", () => {
  it("holds up neither calls nor the server's end", async () => {
    const server = await startTestServer({ settings: { OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` } });
    await callOften(server);
    await server.stop();
  });
});
