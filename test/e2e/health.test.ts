import { join } from "node:path";
import { type Client, credentials, loadPackageDefinition, makeGenericClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { service as healthService } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const SERVICES = [
  "",
  "scoperegistry.v1.ScopeRegistry",
  "scoperegistry.v1.RegistryAdmin",
  "scoperegistry.v1.ScopeRegistry/writes",
];

interface HealthStub extends Client {
  check(
    request: { service: string },
    callback: (error: { code: number } | null, answer?: { status: string }) => void,
  ): void;
  watch(request: { service: string }): AsyncIterable<{ status: string }> & { cancel(): void };
}

interface ReflectionAnswer {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
}

interface ReflectionStub extends Client {
  serverReflectionInfo(): AsyncIterable<ReflectionAnswer> & { write(request: object): void; end(): void };
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe("grpc.health.v1", () => {
  let health: HealthStub;
  beforeAll(() => {
    const Health = makeGenericClientConstructor(healthService, "Health");
    health = new Health(server.grpcAddress, credentials.createInsecure()) as unknown as HealthStub;
  });
  afterAll(() => health.close());

  const check = (service: string) =>
    new Promise((resolve) => {
      health.check({ service }, (error, answer) => resolve(error === null ? answer?.status : error.code));
    });

  it.each(SERVICES)("tells without a token that %j is SERVING", async (service) => {
    expect(await check(service)).toBe("SERVING");
  });

  it("knows no other service", async () => {
    expect(await check("nope.v1.Nope")).toBe(5);
  });

  it.each(SERVICES)("shows a watcher of %j its status", async (service) => {
    const stream = health.watch({ service });
    for await (const { status } of stream) {
      expect(status).toBe("SERVING");
      break;
    }
  });
});

describe("reflection", () => {
  it.each(["v1", "v1alpha"])("lists the services to a client of %s without a token", async (version) => {
    const folder = join(
      import.meta.dirname,
      "../../node_modules/@grpc/reflection/build/proto/grpc/reflection",
      version,
    );
    const loaded = loadPackageDefinition(loadSync(join(folder, "reflection.proto"))) as unknown as {
      grpc: { reflection: Record<string, { ServerReflection: new (...args: unknown[]) => ReflectionStub }> };
    };
    const Reflection = loaded.grpc.reflection[version]?.ServerReflection;
    if (Reflection === undefined) throw new Error("The reflection service has no client");
    const client = new Reflection(server.grpcAddress, credentials.createInsecure());
    const call = client.serverReflectionInfo();
    call.write({ listServices: "" });
    call.end();
    const names: string[] = [];
    for await (const { listServicesResponse } of call) {
      names.push(...(listServicesResponse?.service ?? []).map(({ name }) => name));
    }
    client.close();
    for (const name of ["scoperegistry.v1.ScopeRegistry", "scoperegistry.v1.RegistryAdmin", "grpc.health.v1.Health"]) {
      expect(names).toContain(name);
    }
  });
});

describe("probes of the HTTP port", () => {
  it("/healthz tells that the process lives", async () => {
    const response = await fetch(`${server.httpUrl}/healthz`, { signal: AbortSignal.timeout(5_000) });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ status: "alive" });
  });

  it("/readyz tells what the server stands at", async () => {
    const response = await fetch(`${server.httpUrl}/readyz?verbose`, { signal: AbortSignal.timeout(5_000) });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ status: "ready", revision: 1, writes: "available" });
    expect(Date.parse(String(body["as_of"]))).toBeLessThanOrEqual(Date.now());
    expect(body).not.toHaveProperty("reason");
  });

  it("answers HEAD without a body, and refuses to be posted to", async () => {
    const head = await fetch(`${server.httpUrl}/readyz`, { method: "HEAD", signal: AbortSignal.timeout(5_000) });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await fetch(`${server.httpUrl}/readyz`, { method: "POST", signal: AbortSignal.timeout(5_000) });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});
