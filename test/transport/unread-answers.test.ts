import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { create } from "@bufbuild/protobuf";
import { ListScopesResponseSchema, type WatchScopesResponse, WatchScopesResponseSchema } from "@scope-registry/client";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { OPEN_READING_PATHS, openReadingRoutes } from "../../src/transport/http/catalogue/open-reading.ts";
import { httpListener } from "../../src/transport/http/http-listener.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";

/** More than the flow control of HTTP/2 lets through to who takes nothing. */
const LARGE = "x".repeat(256 * 1024);

async function* endless(): AsyncGenerator<WatchScopesResponse> {
  for (;;) yield create(WatchScopesResponseSchema, { registryId: LARGE });
}

/** What the calls ended with. */
let ends: (string | undefined)[];

const pipeline: CallPipeline = {
  begin: () => undefined,
  admit: () => ({ clientId: "", owner: "", issuer: "", scopes: new Set() }),
  answerDirectly: () => undefined,
  answer: () => create(ListScopesResponseSchema, { nextPageToken: LARGE }),
  stream: endless,
  refusal: (error) => (error instanceof RegistryError ? error : new RegistryError("INTERNAL", String(error))),
  record: (_call, _caller, refusal) => void ends.push(refusal?.reason),
};

/** Open reading that holds two large answers, and no third. */
function startServer() {
  const routes = openReadingRoutes({
    pipeline,
    budget: new ArrivalBudget(),
    readTimeoutMs: 600_000,
    dev: false,
  });
  const status = () => ({ ready: true, reason: "", revision: 0, asOf: 0, writes: true });
  const unread = new UnreadBudget(2.5 * LARGE.length);
  const logger = pino({ level: "silent" });
  return createServer(httpListener({ routes, unread, status, logger })).listen(0, "127.0.0.1");
}

describe.each(OPEN_READING_PATHS)("%s, which anybody may call", (path) => {
  let server: ReturnType<typeof startServer>;
  let session: ClientHttp2Session;

  beforeEach(async () => {
    ends = [];
    server = startServer();
    await once(server, "listening");
    session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    session.on("error", () => undefined);
  });
  afterEach(() => {
    session.destroy();
    server.close();
  });

  /** Calls, and takes nothing of the answer. */
  async function stall(): Promise<ClientHttp2Stream> {
    const isStream = path.endsWith("WatchScopes");
    const type = isStream ? "application/connect+json" : "application/json";
    const stream = session.request({ ":method": "POST", ":path": path, "content-type": type });
    stream.on("error", () => undefined);
    stream.end(isStream ? Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]) : "{}");
    await once(stream, "response");
    return stream;
  }

  it("cuts who has taken nothing for the longest time, where too much is held", async () => {
    const first = await stall();
    const second = await stall();
    const third = await stall();
    if (!first.closed) await new Promise((resolve) => first.once("close", resolve));
    expect(first.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect([second.closed, third.closed]).toEqual([false, false]);
    if (path.endsWith("WatchScopes")) await expect.poll(() => ends).toEqual(["OVERLOADED"]);
  });

  it("holds nothing for who has left", async () => {
    const first = await stall();
    for (let turn = 0; turn < 5; turn += 1) {
      const other = await stall();
      other.close(constants.NGHTTP2_CANCEL);
      if (!other.closed) await new Promise((resolve) => other.once("close", resolve));
      // The server has heard of it by then.
      await new Promise<void>((resolve) => session.ping(() => resolve()));
    }
    expect(first.closed).toBe(false);
  });

  it.runIf(path.endsWith("ListScopes"))("reaches who reads, whole", async () => {
    await stall();
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await buffer(await stall())).length).toBeGreaterThan(LARGE.length);
    }
  });
});
