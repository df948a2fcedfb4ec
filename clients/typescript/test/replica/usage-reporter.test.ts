import type { ServiceImpl } from "@connectrpc/connect";
import { Code, ConnectError, type ScopeRegistry } from "@scope-registry/client";
import { describe, expect, it, onTestFinished, type TestContext } from "vitest";
import { startTestServer, unique } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { createUsageReporter } from "../../src/replica/usage-reporter.ts";
import { startScriptedRegistry } from "../connection/scripted-registry.ts";
import { follow, readerOf } from "./following.ts";

type ReportUsage = ServiceImpl<typeof ScopeRegistry>["reportUsage"];
type Use = { name: string; clientId: string; day: string };

const NEVER = 2 ** 31 - 1;
const today = () => new Date().toISOString().slice(0, 10);

/** A reporter to a registry that answers as it is told, and what came of it. */
async function start({ answer = () => {}, intervalMs = NEVER }: { answer?: () => void; intervalMs?: number } = {}) {
  const reports: Use[][] = [];
  const failures: { cause: unknown; retryInMs: number }[] = [];
  const reportUsage: ReportUsage = ({ uses }) => {
    answer();
    reports.push(uses.map(({ name, clientId, day }) => ({ name, clientId, day })));
    return {};
  };
  const registry = await startScriptedRegistry({ reportUsage });
  const connection = connectScopeRegistry({ address: registry.address, credentials: { token: "none" } });
  let reported = 0;
  const reporter = createUsageReporter(connection, intervalMs, {
    onReported: () => {
      reported += 1;
    },
    onFailure: (cause, retryInMs) => void failures.push({ cause, retryInMs }),
  });
  onTestFinished(async () => {
    await reporter.close();
    await connection.close();
    await registry[Symbol.asyncDispose]();
  });
  return { reporter, reports, failures, reported: () => reported };
}

describe("reporting usage", () => {
  it("tells each fact once, in the background", async () => {
    const { reporter, reports, reported } = await start({ intervalMs: 20 });
    reporter.note("shop", ["a", "b"]);
    reporter.note("shop", ["a"]);
    await expect.poll(reported).toBe(1);
    reporter.note("shop", ["b", "c"]);
    reporter.note("", ["a"]);
    await reporter.close();
    const day = today();
    expect(reports.flat()).toEqual([
      { name: "a", clientId: "shop", day },
      { name: "b", clientId: "shop", day },
      { name: "c", clientId: "shop", day },
      { name: "a", clientId: "", day },
    ]);
  });

  it("calls nobody where there is nothing to tell", async () => {
    const { reporter, reports } = await start();
    await reporter.close();
    expect(reports).toEqual([]);
  });

  it("keeps what could not be told, says so, and tells it the next time", async () => {
    let isAway = true;
    const answer = () => {
      if (isAway) throw new ConnectError("The registry is busy", Code.ResourceExhausted);
    };
    const { reporter, reports, failures } = await start({ answer, intervalMs: 20 });
    reporter.note("shop", ["a"]);
    await expect.poll(() => failures.length).toBeGreaterThan(1);
    expect(failures[0]).toMatchObject({ cause: { code: Code.ResourceExhausted }, retryInMs: 20 });
    isAway = false;
    await expect.poll(() => reports.flat().map(({ name }) => name)).toEqual(["a"]);
  });

  it("gives up what the registry calls invalid, and nothing beside", async () => {
    let calls = 0;
    const answer = () => {
      calls += 1;
      if (calls === 1) throw new ConnectError("Day is too far from today", Code.InvalidArgument);
    };
    const { reporter, reports, failures } = await start({ answer, intervalMs: 20 });
    reporter.note(
      "shop",
      Array.from({ length: 10_001 }, (_, at) => `s${at}`),
    );
    await expect.poll(() => reports.flat().map(({ name }) => name)).toEqual(["s10000"]);
    expect(failures).toHaveLength(1);
  });

  it("tells as much at once as one call takes", async () => {
    const { reporter, reports } = await start();
    reporter.note(
      "shop",
      Array.from({ length: 20_001 }, (_, at) => `s${at}`),
    );
    reporter.note(
      "\u20ac".repeat(512),
      Array.from({ length: 1_500 }, (_, at) => `${at}`.padEnd(255, "n")),
    );
    await reporter.close();
    expect(reports.flat()).toHaveLength(21_501);
    expect(reports.slice(0, 2).map(({ length }) => length)).toEqual([10_000, 10_000]);
    for (const report of reports) expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(2 * 1024 * 1024);
  });

  it("ends within seconds of being closed, also where the registry does not answer", async ({ signal }) => {
    const hanging: ReportUsage = () => new Promise((_, reject) => signal.addEventListener("abort", reject));
    const registry = await startScriptedRegistry({ reportUsage: hanging });
    const connection = connectScopeRegistry({ address: registry.address, credentials: { token: "none" } });
    const failures: unknown[] = [];
    const reporter = createUsageReporter(connection, NEVER, {
      onReported: () => {},
      onFailure: (cause) => void failures.push(cause),
    });
    onTestFinished(async () => {
      await connection.close();
      await registry[Symbol.asyncDispose]();
    });
    reporter.note("shop", ["a"]);
    const start = performance.now();
    await reporter.close();
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(failures).toHaveLength(1);
    reporter.note("shop", ["b"]);
    await reporter.close();
    expect(failures).toHaveLength(1);
  });
});

describe("a replica's usage", () => {
  const PATIENCE = { timeout: 20_000 };

  async function usagesAfter(context: TestContext, options: { reportUsage?: boolean } = {}) {
    const server = await startTestServer();
    context.onTestFinished(() => server.stop());
    const owner = await server.as({ client: "docs-api", scopes: ["register", "admin"] });
    const [plain, family, refused] = [unique("plain"), `${unique("family")}:{id}`, unique("refused")];
    const restricted = { name: refused, description: "Refused", restricted: true };
    await owner.registry.registerScopes({
      scopes: [
        { name: plain, description: "Plain", aliases: [`${plain}.old`] },
        { name: family, description: "Family" },
        restricted,
      ],
    });
    const { replica, problems } = follow(context, await readerOf(server), options);
    await replica.ready;
    replica.judge({ clientId: "shop", scopes: [`${plain}.old`, family.replace("{id}", "7")] });
    replica.judge({ clientId: "shop", scopes: [plain, refused] });
    replica.judge({ clientId: "other", scopes: [plain, refused], mode: "NARROW" });
    await replica.close();
    const list = async () => (await owner.admin.listScopeUsages({ names: [plain, family, refused] })).usages;
    return { list, problems };
  }

  it("is known to the registry by registered names, and only of what was granted", PATIENCE, async (context) => {
    const { list, problems } = await usagesAfter(context);
    await expect
      .poll(async () => (await list()).map(({ clientIds }) => clientIds.toSorted()), PATIENCE)
      .toEqual([["other", "shop"], ["shop"], []]);
    expect((await list())[0]?.lastValidatedDay).toBe(today());
    expect(problems).toEqual([]);
  });

  it("is not told where the replica is made so", PATIENCE, async (context) => {
    const { list } = await usagesAfter(context, { reportUsage: false });
    expect((await list()).map(({ lastValidatedDay }) => lastValidatedDay)).toEqual(["", "", ""]);
  });
});
