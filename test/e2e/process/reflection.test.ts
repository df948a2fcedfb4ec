import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grpcurl, HAS_GRPCURL, withGrpcurl } from "../../support/grpcurl.ts";
import { REPOSITORY, runCommand } from "../../support/run-command.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";

const SERVICES = ["grpc.health.v1.Health", "scoperegistry.v1.RegistryAdmin", "scoperegistry.v1.ScopeRegistry"];

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe("server reflection, buf curl", () => {
  const list = (...flags: readonly string[]) =>
    runCommand(`${REPOSITORY}node_modules/.bin/buf`, [
      ...["curl", "--protocol", "grpc"],
      ...flags,
      `http://${server.grpcAddress}`,
    ]);

  it.each(["grpc-v1", "grpc-v1alpha"])("lists the services by %s", async (version) => {
    const { stdout } = await list("--reflect-protocol", version, "--list-services");
    expect(stdout.trim().split("\n")).toEqual(expect.arrayContaining(SERVICES));
  });

  it("lists the methods", async () => {
    const { stdout } = await list("--list-methods");
    expect(stdout).toContain("scoperegistry.v1.ScopeRegistry/RegisterScopes");
    expect(stdout).toContain("scoperegistry.v1.RegistryAdmin/SetResourceServer");
  });
});

describe.skipIf(!HAS_GRPCURL)(withGrpcurl("server reflection, grpcurl"), () => {
  it("lists the services and their methods", async () => {
    const services = await grpcurl([server.grpcAddress, "list"]);
    expect(services.stdout.trim().split("\n")).toEqual(expect.arrayContaining(SERVICES));
    const methods = await grpcurl([server.grpcAddress, "list", "scoperegistry.v1.ScopeRegistry"]);
    expect(methods.stdout.trim().split("\n")).toEqual(
      ["Introspect", "ListScopes", "RegisterScopes", "ReportUsage", "ValidateScopes", "WatchScopes"].map(
        (method) => `scoperegistry.v1.ScopeRegistry.${method}`,
      ),
    );
  });

  it.each(SERVICES)("describes %s", async (service) => {
    const { exitCode, stdout } = await grpcurl([server.grpcAddress, "describe", service]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${service} is a service`);
  });

  it("describes messages with their comments, and the types of error details", async () => {
    const request = await grpcurl([server.grpcAddress, "describe", "scoperegistry.v1.RegisterScopesRequest"]);
    expect(request.stdout).toContain("// How the request meets what is stored.");
    const detail = await grpcurl([server.grpcAddress, "describe", "google.rpc.BadRequest"]);
    expect(detail.stdout).toContain("FieldViolation field_violations");
  });

  it.each(["", "scoperegistry.v1.ScopeRegistry", "scoperegistry.v1.ScopeRegistry/writes"])(
    "tells the health of the service %j to a client that knows no contract",
    async (service) => {
      const { stdout } = await grpcurl(
        [server.grpcAddress, "grpc.health.v1.Health/Check"],
        ["-d", JSON.stringify({ service })],
      );
      expect(JSON.parse(stdout)).toEqual({ status: "SERVING" });
    },
  );
});
