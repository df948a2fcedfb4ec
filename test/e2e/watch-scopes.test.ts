import { setTimeout as delay } from "node:timers/promises";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { type ScopeRegistry, ScopeState, type WatchScopesResponse } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { startTestServer, type TestServer, unique, WAYS } from "../support/test-server.ts";

/** A reader of the feed. */
class Reader {
  readonly #leaving = new AbortController();
  readonly #messages: AsyncIterator<WatchScopesResponse>;

  constructor(registry: Client<typeof ScopeRegistry>, request: Parameters<typeof registry.watchScopes>[0] = {}) {
    this.#messages = registry.watchScopes(request, { signal: this.#leaving.signal })[Symbol.asyncIterator]();
  }

  async next(): Promise<WatchScopesResponse> {
    const { value, done } = await this.#messages.next();
    if (done) throw new Error("The stream has ended");
    return value;
  }

  /** The messages up to the first one that will do. */
  async until(isLast: (event: WatchScopesResponse["event"]) => boolean): Promise<WatchScopesResponse[]> {
    const messages: WatchScopesResponse[] = [];
    do messages.push(await this.next());
    while (!isLast(messages.at(-1)?.event ?? { case: undefined }));
    return messages;
  }

  snapshot(): Promise<WatchScopesResponse[]> {
    return this.until((event) => event.case === "snapshot" && event.value.complete);
  }

  async change() {
    const { event } = (await this.until(({ case: kind }) => kind === "change")).at(-1) as WatchScopesResponse;
    return event.case === "change" ? event.value : undefined;
  }

  leave(): void {
    this.#leaving.abort();
  }
}

describe.each(WAYS)("WatchScopes, by $name", ({ protocol, store }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ store });
  });
  afterAll(() => server.stop());

  async function parties() {
    const owner = unique("api");
    const { registry: resourceServer } = await server.as({ client: owner, scopes: ["register"] }, protocol);
    const { registry: reader } = await server.as({ client: "replica", scopes: ["read"] }, protocol);
    const name = `${owner}:read`;
    const register = (description: string) => resourceServer.registerScopes({ scopes: [{ name, description }] });
    return { owner, name, register, reader, resourceServer };
  }

  it("sends a snapshot, then changes, then bookmarks, and resumes", async () => {
    const { owner, name, register, reader, resourceServer } = await parties();
    await register("First");
    const following = new Reader(reader, { owner });
    const [first] = await following.snapshot();
    expect(first?.registryId).toMatch(/^[0-9a-f-]{36}$/);
    expect(first?.event).toMatchObject({ case: "snapshot", value: { scopes: [{ name, description: "First" }] } });

    const { revision } = await register("Second");
    const change = await following.change();
    expect(change).toMatchObject({
      revision,
      changes: [{ name, before: { description: "First" }, after: { description: "Second" } }],
      continued: false,
    });
    expect(Number(change?.time?.seconds)).toBeGreaterThan(1_700_000_000);

    const bookmark = (await following.until((event) => event.case === "bookmark")).at(-1);
    expect(bookmark).toMatchObject({ registryId: first?.registryId, event: { value: { revision } } });
    following.leave();

    await resourceServer.registerScopes({ mode: 2 });
    const resumed = new Reader(reader, { sinceRevision: revision, registryId: first?.registryId ?? "" });
    expect(await resumed.change()).toMatchObject({
      revision: revision + 1n,
      changes: [{ name, after: { state: ScopeState.DISABLED } }],
    });
    resumed.leave();
  });

  it("starts a reader of another registry over, and refuses one that is ahead", async () => {
    const { reader } = await parties();
    const foreign = new Reader(reader, { sinceRevision: 1n, registryId: "another" });
    expect((await foreign.next()).event.case).toBe("snapshot");
    foreign.leave();
    const ahead = new Reader(reader, { sinceRevision: 1_000_000n });
    expect(await refusalOf(ahead.next())).toMatchObject({ code: "OUT_OF_RANGE", reason: "REVISION_UNKNOWN" });
  });

  it("refuses what is too long, with every violation", async () => {
    const { reader } = await parties();
    const refusal = await refusalOf(new Reader(reader, { owner: "o".repeat(513), resource: "r".repeat(2_049) }).next());
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", fields: ["owner", "resource"] });
  });

  it("ends at the caller's deadline", async () => {
    const { reader } = await parties();
    const reading = (async () => {
      for await (const _ of reader.watchScopes({}, { timeoutMs: 300 }));
    })();
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(ConnectError.from(error).code).toBe(Code.DeadlineExceeded);
  });

  it("sends every change to every one of many readers", async () => {
    const { register, reader, name } = await parties();
    const readers = Array.from({ length: 100 }, () => new Reader(reader));
    await Promise.all(readers.map((each) => each.snapshot()));
    await register("Told to all");
    const changes = await Promise.all(readers.map((each) => each.change()));
    for (const change of changes) expect(change?.changes.map((each) => each.name)).toEqual([name]);
    for (const each of readers) each.leave();
  });
});

describe("WatchScopes", () => {
  it("ends when the caller's token does, and not before", async () => {
    await using server = await startTestServer();
    const seconds = Math.floor(Date.now() / 1_000);
    const { registry } = await server.as({ client: "replica", scopes: ["read"], claims: { exp: seconds + 3 } });
    const reader = new Reader(registry);
    await reader.snapshot();
    const refusal = await refusalOf(reader.until(() => false));
    expect(refusal).toMatchObject({ code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" });
    expect(Date.now() / 1_000).toBeGreaterThanOrEqual(seconds + 3);
  });

  it.each(WAYS)("ends with UNAVAILABLE when the server stops, by $name", async ({ protocol, store }) => {
    const server = await startTestServer({ store });
    const { registry } = await server.as({ client: "replica", scopes: ["read"] }, protocol);
    const reader = new Reader(registry);
    await reader.snapshot();
    const ended = refusalOf(reader.until(() => false));
    await delay(50);
    const stopped = performance.now();
    await server.app.close();
    expect(performance.now() - stopped).toBeLessThan(5_000);
    expect(await ended).toMatchObject({ code: "UNAVAILABLE", reason: "SHUTTING_DOWN" });
    await server.stop();
  });
});
