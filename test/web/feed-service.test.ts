import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Facet, ScopeList } from "../../src/web/registry/feed.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { startTestServer, type TestServer, unique } from "../support/test-server.ts";
import { queryOf } from "./sample-feed.ts";
import { startWorkerPage } from "./worker-page.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: { CATALOGUE: "open" } });
});
afterAll(() => server.stop());

const anonymous = async () => undefined;
const reader = () => server.tokenFor({ client: "a-person", scopes: ["read"] });

async function register(client: string, ...names: readonly string[]) {
  const { registry } = await server.as({ client, scopes: ["register"] });
  await registry.registerScopes({ scopes: names.map((name) => ({ name, description: `Does ${name}` })) });
}

/** A page of a server that is open to read, and a proxy between the two. */
async function openPage(token = anonymous as () => Promise<string | undefined>, access: "open" | "sign_in" = "open") {
  const proxy = await startTcpProxy(new URL(server.httpUrl).host);
  const page = startWorkerPage(token);
  page.say({ type: "open", config: { access }, origin: `http://${proxy.address}` });
  return {
    page,
    proxy,
    async [Symbol.asyncDispose]() {
      page[Symbol.dispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

describe("the worker behind the page", () => {
  it("has every scope where anybody may read, and hears of changes", async () => {
    const owner = unique("billing-api");
    await register(owner, `${owner}:read`, `${owner}:write`);
    await using opened = await openPage();
    const { page } = opened;

    await expect.poll(() => page.status.phase).toBe("live");
    expect(page.status.problem).toBe("");
    expect(await page.names(owner)).toEqual([`${owner}:read`, `${owner}:write`]);
    expect(page.changes).toEqual([]);

    await register(owner, `${owner}:admin`);
    await expect.poll(() => page.names(owner)).toEqual([`${owner}:admin`, `${owner}:read`, `${owner}:write`]);
    await expect.poll(() => page.changes.flatMap(({ names }) => [...names])).toEqual([`${owner}:admin`]);
  });

  it("asks the page for a token, and says that it is refused where there is none", async () => {
    let token: string | undefined;
    await using opened = await openPage(async () => token, "sign_in");
    const { page, proxy } = opened;

    await expect.poll(() => page.status.phase).toBe("refused");
    expect(page.status.scopes).toBe(0);

    token = await reader();
    page.say({ type: "open", config: { access: "sign_in" }, origin: `http://${proxy.address}` });
    await expect.poll(() => page.status.phase).toBe("live");
    expect(page.tokensWanted).toBe(2);

    token = undefined;
    page.say({ type: "open", config: { access: "sign_in" }, origin: `http://${proxy.address}` });
    expect(await page.names()).toEqual([]);
    await expect.poll(() => page.status.phase).toBe("refused");
  });

  it("is refused with a token that may not read, and asks nobody again and again", async () => {
    await using opened = await openPage(() => server.tokenFor({ client: "a-person", scopes: ["register"] }));
    await expect.poll(() => opened.page.status.phase).toBe("refused");
    expect(opened.page.status.problem).not.toBe("");
    expect(opened.page.tokensWanted).toBe(1);
  });

  it("keeps what it knows when the network breaks, and goes on from there", async () => {
    const owner = unique("docs-api");
    await register(owner, `${owner}:read`);
    await using opened = await openPage();
    const { page, proxy } = opened;
    await expect.poll(() => page.status.phase).toBe("live");
    const { asOf, scopes } = page.status;

    proxy.target = undefined;
    proxy.cut();
    await expect.poll(() => page.status.phase).toBe("broken");
    expect(page.status).toMatchObject({ problem: "The registry cannot be reached", scopes });
    expect(page.status.since).toBeGreaterThanOrEqual(asOf);
    expect(await page.names(owner)).toEqual([`${owner}:read`]);

    await register(owner, `${owner}:write`);
    proxy.target = new URL(server.httpUrl).host;
    page.say({ type: "retry" });
    await expect.poll(() => page.status.phase).toBe("live");
    expect(await page.names(owner)).toEqual([`${owner}:read`, `${owner}:write`]);
    // What came of the log, not of a state that was read anew.
    expect(page.changes).toEqual([{ revision: page.status.revision, names: new Set([`${owner}:write`]), all: false }]);
  });

  it("reads everything anew from another registry, and says that anything may have changed", async () => {
    await using other = await startTestServer({ settings: { CATALOGUE: "open" } });
    const { registry } = await other.as({ client: "elsewhere", scopes: ["register"] });
    await registry.registerScopes({ scopes: [{ name: "elsewhere:read", description: "Reads" }] });
    const owner = unique("docs-api");
    await register(owner, `${owner}:read`);
    await using opened = await openPage();
    const { page, proxy } = opened;
    await expect.poll(() => page.status.phase).toBe("live");

    proxy.target = new URL(other.httpUrl).host;
    proxy.cut();
    await expect.poll(() => page.changes).toMatchObject([{ all: true }]);
    await expect.poll(() => page.status.phase).toBe("live");
    expect(await page.names("elsewhere")).toEqual(["elsewhere:read"]);
    expect(await page.names(owner)).toEqual([]);
  });

  it("opens another feed when the browser has lost its network", async () => {
    await using opened = await openPage();
    const { page, proxy } = opened;
    await expect.poll(() => page.status.phase).toBe("live");
    const { taken } = proxy;
    proxy.target = undefined;
    page.say({ type: "offline" });
    await expect.poll(() => page.status).toMatchObject({ phase: "broken" });
    proxy.target = new URL(server.httpUrl).host;
    await expect.poll(() => page.status.phase).toBe("live");
    expect(proxy.taken).toBeGreaterThanOrEqual(taken);
  });

  it("gives the part of the list that is asked for, and moves it with its anchor", async () => {
    const owner = unique("window-api");
    const named = (letters: string) => [...letters].map((letter) => `${owner}:${letter}`);
    await register(owner, ...named("bdfhj"));
    await using opened = await openPage();
    const { page } = opened;
    await expect.poll(() => page.status.phase).toBe("live");
    const query = queryOf({ owners: [owner] });
    const list = (window: { start: number; count: number; anchor?: { name: string; index: number } }) =>
      page.ask<ScopeList>({ ask: "list", query, window });

    const before = await list({ start: 2, count: 2 });
    expect(before).toMatchObject({ total: 5, start: 2, moved: 0 });
    expect(before.rows.map(({ name }) => name)).toEqual(named("fh"));
    expect(await list({ start: 90, count: 2 })).toMatchObject({ start: 3, total: 5 });

    await register(owner, ...named("ac"));
    await expect.poll(async () => (await list({ start: 0, count: 1 })).total).toBe(7);
    const after = await list({ start: 2, count: 2, anchor: { name: `${owner}:f`, index: 2 } });
    expect(after).toMatchObject({ start: 4, moved: 2 });
    expect(after.rows.map(({ name }) => name)).toEqual(named("fh"));
    // Who is at the very top sees what has come in there.
    const top = await list({ start: 0, count: 2, anchor: { name: `${owner}:b`, index: 0 } });
    expect(top).toMatchObject({ start: 0, moved: 1 });
    expect(top.rows.map(({ name }) => name)).toEqual(named("ab"));
  });

  it("answers what values there are, and nothing that is no longer wanted", async () => {
    const owner = unique("facet-api");
    await register(owner, `${owner}:read`);
    await using opened = await openPage();
    const { page } = opened;
    await expect.poll(() => page.status.phase).toBe("live");
    const unwanted = page.ask<Facet>({ ask: "facet", kind: "owners", query: queryOf({}), text: "gone" });
    page.say({ type: "forget", id: 1 });
    const wanted = page.ask<Facet>({ ask: "facet", kind: "owners", query: queryOf({}), text: owner.toUpperCase() });
    const first = await Promise.race([unwanted.then(() => "unwanted"), wanted.then(() => "wanted")]);
    expect(first).toBe("wanted");
    expect(await wanted).toEqual({ values: [{ value: owner, count: 1 }], total: 1 });
  });
});
