import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ownDatabase, type TestDatabase } from "../../support/mongod-database.ts";
import { type Collector, startCollector } from "../../support/otlp/collector.ts";
import { connectTo } from "../../support/registry-connection.ts";
import { runCommand } from "../../support/run-command.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { waitUntil } from "../../support/wait-until.ts";

const NEVER = "600000";
const VALIDATE = "scoperegistry.v1.ScopeRegistry/ValidateScopes";

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector[Symbol.asyncDispose]());

async function validate(server: ServerProcess, client: string): Promise<void> {
  using connection = connectTo(server);
  const token = await server.token(client, "scope_registry.validate");
  await connection.as(token).validateScopes({ scopes: ["unheard:of"] });
}

const lineOf = (server: ServerProcess, client: string) =>
  waitUntil("the call is in the log", () => server.logLines().find(({ client_id }) => client_id === client));

describe("a server process with traces", () => {
  it("sends the last spans when it stops, and has their traces in its log", async () => {
    const settings = { OTLP_ENDPOINT: collector.url };
    await using server = await startServer({ settings, environment: { OTEL_BSP_SCHEDULE_DELAY: NEVER } });
    await validate(server, "last-caller");
    const line = await lineOf(server, "last-caller");
    expect(collector.requests()).toBe(0);
    expect(await server.stop()).toBe(0);
    const span = collector.spans().find(({ attributes }) => attributes["scope_registry.client_id"] === "last-caller");
    expect(span).toMatchObject({ name: VALIDATE, traceId: line["trace_id"] });
    expect(span?.attributes).toMatchObject({ "scope_registry.request_id": line["request_id"] });
  });

  it("has no trace in its log for a call whose trace is not sampled", async () => {
    const settings = { OTLP_ENDPOINT: collector.url };
    await using server = await startServer({ settings, environment: { OTEL_TRACES_SAMPLER: "always_off" } });
    await validate(server, "unsampled-caller");
    expect(await lineOf(server, "unsampled-caller")).not.toHaveProperty("trace_id");
  });

  it("tells an outage once, and its end, without what the collector has said", async () => {
    const settings = { OTLP_ENDPOINT: `${collector.url}/` };
    const environment = { OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_EXPORTER_OTLP_HEADERS: "authorization=collector-key" };
    await using server = await startServer({ settings, environment });
    collector.become("refuses");
    for (const client of ["a", "b", "c"]) {
      const before = collector.requests();
      await validate(server, client);
      await waitUntil("the batch was refused", () => collector.requests() > before);
    }
    const told = () => server.logLines().filter(({ msg }) => msg.startsWith("Traces "));
    await waitUntil("the outage is told", () => told().length > 0);
    collector.become("takes");
    await validate(server, "d");
    await waitUntil("its end is told", () => told().length > 1);
    expect(told()).toEqual([
      expect.objectContaining({ level: 40, error_code: 400, msg: expect.stringContaining("cannot be sent") }),
      expect.objectContaining({ level: 30, msg: "Traces are sent again" }),
    ]);
    expect(collector.headers().authorization).toBe("collector-key");
    expect(JSON.stringify(server.logLines())).not.toContain("collector-key");
  });

  it("tells what the SDK cannot use", async () => {
    const settings = { OTLP_ENDPOINT: collector.url };
    const environment = {
      OTEL_TRACES_SAMPLER: "sometimes",
      OTEL_EXPORTER_OTLP_ENDPOINT: "https//me:collector-key@otlp.example",
    };
    await using server = await startServer({ settings, environment });
    const lines = server.logLines().filter(({ msg }) => msg.startsWith("OpenTelemetry has a problem"));
    expect(lines.map(({ problem }) => problem)).toEqual(
      expect.arrayContaining([expect.stringContaining('OTEL_TRACES_SAMPLER value "sometimes" invalid'), undefined]),
    );
    expect(JSON.stringify(server.logLines())).not.toContain("collector-key");
  });
});

describe("two workers with traces", () => {
  let database: TestDatabase;
  let dataDir: string;
  beforeAll(async () => {
    database = ownDatabase(inject("mongodbUri"));
    dataDir = await mkdtemp(join(tmpdir(), "scope-registry-traces-"));
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
    await database.drop();
  });

  it("each send their own, told apart", async () => {
    const settings = { OTLP_ENDPOINT: collector.url };
    const environment = { OTEL_BSP_SCHEDULE_DELAY: "20" };
    await using server = await startServer({
      dataDir,
      mongodbUri: database.uri,
      workers: 2,
      settings,
      environment,
    });
    // Connections are handed to the workers in turn.
    for (const client of ["worker-caller-1", "worker-caller-2", "worker-caller-3", "worker-caller-4"]) {
      await validate(server, client);
    }
    const spans = await collector.received(
      ({ name, attributes }) =>
        name === VALIDATE && String(attributes["scope_registry.client_id"]).startsWith("worker-caller"),
      4,
    );
    const logged = server.logLines().filter(({ client_id }) => String(client_id).startsWith("worker-caller"));
    const pids = new Set(spans.map(({ resource }) => resource["process.pid"]));
    expect(pids).toEqual(new Set(logged.map(({ pid }) => pid)));
    expect(pids.size).toBe(2);
    expect(new Set(spans.map(({ resource }) => resource["service.instance.id"])).size).toBe(2);
  });
});

describe("the packages that make traces", () => {
  /** The modules of OpenTelemetry in a process, once a server has started in it. */
  async function loadedIn(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const dataDir = await mkdtemp(join(tmpdir(), "scope-registry-loaded-"));
    const script = `
      import { createRequire } from "node:module";
      import { startApp } from "./src/app.ts";
      import { loadSettings } from "./src/config/settings.ts";
      import { createLogger } from "./src/observability/logger.ts";
      const app = await startApp(loadSettings(process.env, []), createLogger("silent"));
      await app.close();
      const { cache } = createRequire(process.cwd() + "/package.json");
      process.stdout.write(JSON.stringify(Object.keys(cache)));
      process.exit(0);`;
    const args = ["--conditions=scope-registry-source", "--input-type=module", "--eval", script];
    const settings = {
      SCOPE_REGISTRY_DEV: "true",
      SCOPE_REGISTRY_DATA_DIR: dataDir,
      SCOPE_REGISTRY_GRPC_ADDRESS: "127.0.0.1:0",
      SCOPE_REGISTRY_HTTP_ADDRESS: "127.0.0.1:0",
    };
    const { stdout, stderr } = await runCommand(process.execPath, args, { env: { ...settings, ...env } });
    await rm(dataDir, { recursive: true, force: true });
    expect(stderr).toBe("");
    const loaded: readonly string[] = JSON.parse(stdout);
    // The library that makes metrics loads the one with the interfaces.
    return loaded.filter((path) => path.includes("/@opentelemetry/") && !path.includes("/@opentelemetry/api/"));
  }

  it("are not loaded where no collector is set, whatever other variables say", async () => {
    expect(await loadedIn({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toEqual([]);
    expect((await loadedIn({ SCOPE_REGISTRY_OTLP_ENDPOINT: collector.url })).length).toBeGreaterThan(50);
  });
});
