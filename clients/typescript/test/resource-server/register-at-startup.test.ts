import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { RegistrationOutcome, ResourceServerMode } from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer, unique } from "../../../../test/support/test-server.ts";
import { startBilling } from "../../examples/register-at-startup.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { type RegistrationRetry, registerAtStartup } from "../../src/resource-server/register-at-startup.ts";
import { RegistrationRefusedError, RegistrationTimeoutError } from "../../src/resource-server/registration-errors.ts";
import { refusal, startScriptedRegistry } from "../connection/scripted-registry.ts";
import { startTokenEndpoint } from "../connection/token-endpoint.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const scopes = [{ name: "any:read", description: "Read anything" }];

async function connectAs(client: string, address = server.grpcAddress) {
  const credentials = { token: await server.tokenFor({ client, scopes: ["register", "read"] }) };
  return connectScopeRegistry({ address, credentials });
}

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error("It was registered"),
    (error: Error) => error,
  );
}

describe("registerAtStartup", () => {
  it("registers scopes and tells what became of them", async () => {
    const client = unique("startup-api");
    await using connection = await connectAs(client);
    const definitions = [
      {
        name: `${client}:read`,
        description: "Read",
        resources: [`https://${client}.example/`],
        consentTexts: { en: { title: "Read it" }, de: { title: "Lesen", description: "Alles lesen" } },
        sunsetTime: "2030-01-01T00:00:00Z",
      },
      {
        name: `${client}:old`,
        description: "Old",
        deprecated: true,
        replacedBy: `${client}:read`,
        sunsetTime: new Date(0),
      },
      { name: `${client}:secret`, description: "Secret", unlisted: true, restricted: false, isDefault: false },
    ];
    const first = await registerAtStartup({ connection, scopes: definitions, displayName: "Startup API" });
    expect([...first.outcomes]).toEqual(definitions.map(({ name }) => [name, "CREATED"]));
    expect(first.scopes).toEqual([`${client}:read`, `${client}:old`]);
    expect(first.superseded).toBe(false);
    expect(first.contentHash).toMatch(/^xor-sha256:/);
    expect((await connection.registry.listScopes({ owner: client })).scopes).toMatchObject([
      { name: `${client}:old`, replacedBy: `${client}:read`, sunsetTime: { seconds: 0n } },
      { name: `${client}:read`, consentTexts: { de: { title: "Lesen", description: "Alles lesen" } } },
      { name: `${client}:secret`, unlisted: true },
    ]);
    const again = await registerAtStartup({ connection, scopes: definitions });
    expect([...again.outcomes.values()]).toEqual(["UNCHANGED", "UNCHANGED", "UNCHANGED"]);
    expect(again.revision).toBe(first.revision);
  });

  it("tells of scopes that wait for a review, and does not fail for them", async () => {
    const client = unique("reviewed-api");
    await using connection = await connectAs(client);
    const [plain, wide, added] = [`${client}:plain`, `${client}:wide`, `${client}:added`];
    const define = (name: string, restricted: boolean) => ({ name, description: "Reviewed", restricted });
    await registerAtStartup({ connection, scopes: [define(plain, false), define(wide, true)] });
    const { admin } = await server.as({ client: "operator", scopes: ["admin"] });
    await admin.setResourceServer({ resourceServer: { name: client, mode: ResourceServerMode.REVIEW } });
    const scopes = [define(plain, false), define(wide, false), define(added, false)];
    const registered = await registerAtStartup({ connection, scopes });
    expect(registered.pending).toEqual([wide, added]);
    // What was approved before is in force as it was.
    expect(registered.scopes).toEqual([plain, wide]);
    await admin.approveScopes({ names: [wide, added] });
    const approved = await registerAtStartup({ connection, scopes });
    expect(approved).toMatchObject({ pending: [], scopes: [plain, wide, added] });
  });

  it("lists what may be asked for: no templates, and the new name of what an older release calls by its old one", async () => {
    const client = unique("renamed-api");
    await using connection = await connectAs(client);
    const [old, renamed, family] = [`${client}.read`, `${client}:read`, `${client}:{id}:read`];
    await registerAtStartup({ connection, scopes: [{ name: old, description: "Read" }] });
    const scopes = [
      { name: renamed, description: "Read", aliases: [old] },
      { name: family, description: "Read one" },
    ];
    expect((await registerAtStartup({ connection, scopes })).scopes).toEqual([renamed]);
    const older = await registerAtStartup({ connection, scopes: [{ name: old, description: "Read" }] });
    expect(older.scopes).toEqual([renamed]);
    expect([...older.outcomes]).toEqual([[old, "SUPERSEDED"]]);
    const mixed = [{ name: old, description: "Read" }, scopes[1] ?? { name: family, description: "" }];
    expect((await registerAtStartup({ connection, scopes: mixed })).superseded).toBe(false);
  });

  it("disables what a REPLACE leaves out, and lists it no more", async () => {
    const client = unique("replacing-api");
    await using connection = await connectAs(client);
    const [a, b] = ["a", "b"].map((name) => ({ name: `${client}:${name}`, description: name }));
    await registerAtStartup({ connection, scopes: [a, b].flatMap((scope) => scope ?? []) });
    const replaced = await registerAtStartup({
      connection,
      scopes: [a].flatMap((scope) => scope ?? []),
      mode: "REPLACE",
    });
    expect([...replaced.outcomes]).toEqual([
      [`${client}:a`, "UNCHANGED"],
      [`${client}:b`, "DISABLED"],
    ]);
    expect(replaced.scopes).toEqual([`${client}:a`]);
  });

  it("succeeds where a newer release has registered, and says so", async () => {
    const client = unique("released-api");
    await using connection = await connectAs(client);
    const of = (name: string) => [{ name: `${client}:${name}`, description: name }];
    await registerAtStartup({ connection, scopes: of("new"), release: 8 });
    const late = await registerAtStartup({ connection, scopes: of("old"), release: 7n });
    expect(late).toMatchObject({ superseded: true, scopes: [] });
    expect([...late.outcomes.values()]).toEqual(["SUPERSEDED"]);
  });

  it("registers a file, and lets options win over it", async () => {
    const client = unique("file-api");
    const folder = await mkdtemp(join(tmpdir(), "scope-registry-file-"));
    const file = join(folder, "scopes.yaml");
    await writeFile(file, `mode: REPLACE\nrelease: 3\nscopes:\n  - {name: "${client}:read", description: Read}\n`);
    await using connection = await connectAs(client);
    await registerAtStartup({ connection, scopes: [{ name: `${client}:gone`, description: "Gone" }] });
    const { outcomes } = await registerAtStartup({ connection, file });
    expect([...outcomes.values()]).toEqual(["CREATED", "DISABLED"]);
    expect(await registerAtStartup({ connection, file, release: 2 })).toMatchObject({ superseded: true });
    await rm(folder, { recursive: true });
  });

  it("fails at once with every violation on a line of its own", async () => {
    await using connection = await connectAs(unique("wrong-api"));
    const retries: RegistrationRetry[] = [];
    const wrong = [
      { name: "a b", description: "" },
      { name: "c", description: "C", resources: ["no uri"] },
    ];
    const error = await errorOf(
      registerAtStartup({ connection, scopes: wrong, onRetry: (retry) => retries.push(retry) }),
    );
    if (!(error instanceof RegistrationRefusedError)) throw error;
    expect(error.reason).toBe("INVALID_REQUEST");
    expect(error.message.split("\n")).toEqual([
      "The registry refuses the registration (INVALID_REQUEST)",
      ...error.violations.map(({ field, description }) => `${field}: ${description}`),
    ]);
    expect(error.violations.map(({ field }) => field)).toEqual([
      "scopes[0].name",
      "scopes[0].description",
      "scopes[1].resources[0]",
    ]);
    expect(retries).toEqual([]);
  });

  it("fails at once for a name that another resource server owns", async () => {
    const name = `${unique("taken")}:read`;
    await using owner = await connectAs(unique("owning-api"));
    await registerAtStartup({ connection: owner, scopes: [{ name, description: "Mine" }] });
    await using connection = await connectAs(unique("late-api"));
    const error = await errorOf(registerAtStartup({ connection, scopes: [{ name, description: "Mine too" }] }));
    expect(error).toMatchObject({ name: "RegistrationRefusedError", reason: "SCOPE_NOT_OWNED" });
    expect(error.message).toContain(name);
  });

  it("fails at once with a token that has expired", async () => {
    const token = await server.tokenFor({ scopes: ["register"], claims: { exp: 1 } });
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials: { token } });
    const error = await errorOf(registerAtStartup({ connection, scopes }));
    expect(error).toMatchObject({ name: "RegistrationRefusedError", reason: "TOKEN_INVALID" });
    expect(error.message).not.toContain(token);
  });

  it("fails at once where its token file is missing", async () => {
    const credentials = { tokenFile: "/nowhere/token" };
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials });
    expect(await errorOf(registerAtStartup({ connection, scopes }))).toMatchObject({ code: Code.Unauthenticated });
  });

  it("fails at once where the registry speaks no TLS", async () => {
    await using connection = connectScopeRegistry({ address: server.grpcAddress, tls: true, credentials: "none" });
    expect(await errorOf(registerAtStartup({ connection, scopes }))).toMatchObject({ code: Code.FailedPrecondition });
  });

  it("waits for a registry that is away, and tells of each attempt", async () => {
    let calls = 0;
    await using registry = await startScriptedRegistry({
      registerScopes: () => {
        calls += 1;
        return { revision: 5n };
      },
    });
    await registry.goDown();
    const retries: RegistrationRetry[] = [];
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const registering = registerAtStartup({ connection, scopes, onRetry: (retry) => retries.push(retry) });
    await expect.poll(() => retries.length).toBe(2);
    expect(calls).toBe(0);
    await registry.comeBack();
    expect((await registering).revision).toBe(5);
    expect(retries.map(({ attempt }) => attempt).slice(0, 2)).toEqual([1, 2]);
    expect(retries[0]?.error.code).toBe(Code.Unavailable);
    expect(retries[1]?.delayMs).toBeGreaterThan(retries[0]?.delayMs ?? Number.NaN);
  });

  it("waits for a token endpoint that is away", async () => {
    const client = unique("tokenless-api");
    await using endpoint = await startTokenEndpoint(() => server.tokenFor({ client, scopes: ["register"] }));
    await endpoint.goDown();
    const { url: tokenEndpoint, clientId, clientSecret } = endpoint;
    const credentials = { clientCredentials: { tokenEndpoint, clientId, clientSecret } };
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials });
    const { promise: failed, resolve } = Promise.withResolvers<RegistrationRetry>();
    const own = [{ name: `${client}:read`, description: "Read" }];
    const registering = registerAtStartup({ connection, scopes: own, onRetry: resolve });
    expect((await failed).error.message).toContain(tokenEndpoint);
    await endpoint.comeBack();
    expect((await registering).scopes).toEqual([`${client}:read`]);
  });

  it("does not wait where the issuer is set wrongly, and names the one that is found", async () => {
    const metadataOf = (issuer: string) => ({ issuer: `${issuer}/`, token_endpoint: `${issuer}/token` });
    await using endpoint = await startTokenEndpoint(() => Promise.reject(new Error("No token")), { metadataOf });
    const { issuer, clientId, clientSecret } = endpoint;
    const credentials = { clientCredentials: { issuer, clientId, clientSecret } };
    await using connection = connectScopeRegistry({ address: server.grpcAddress, credentials });
    const retries: RegistrationRetry[] = [];
    const onRetry = (retry: RegistrationRetry) => void retries.push(retry);
    const error = await errorOf(registerAtStartup({ connection, scopes, onRetry }));
    expect(error.message).toContain(`names ${issuer}/: set issuer to exactly that`);
    expect(retries).toEqual([]);
  });

  it("gives up at its deadline, saying how long it tried and why it failed last", async () => {
    await using connection = await connectAs("any", "127.0.0.1:1");
    const error = await errorOf(registerAtStartup({ connection, scopes, deadlineMs: 1_500 }));
    if (!(error instanceof RegistrationTimeoutError)) throw error;
    expect(error.message).toMatch(
      /^Nothing could be registered in \d+ ms \(\d+ attempts\): .*127\.0\.0\.1:1 cannot be reached/,
    );
    expect(error.cause).toBeInstanceOf(ConnectError);
  });

  it("gives up at its deadline while the registry is silent", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    {
      await using connection = await connectAs("any", `127.0.0.1:${port}`);
      const error = await errorOf(registerAtStartup({ connection, scopes, deadlineMs: 500 }));
      expect(error).toMatchObject({ name: "RegistrationTimeoutError", attempts: 1 });
      expect(error.message).toContain("has not answered within the deadline");
    }
    silent.close();
  });

  it("ends when its signal aborts", async () => {
    const controller = new AbortController();
    await using connection = await connectAs("any", "127.0.0.1:1");
    const reason = new Error("The process is stopping");
    const onRetry = () => controller.abort(reason);
    expect(await errorOf(registerAtStartup({ connection, scopes, signal: controller.signal, onRetry }))).toBe(reason);
  });

  it("refuses a sunset time that is none before it calls", async () => {
    await using connection = await connectAs("any", "127.0.0.1:1");
    for (const sunsetTime of ["next year", "2027-02-30T00:00:00Z", "2027-01-01T24:00:00Z"]) {
      const wrong = [{ name: "a", description: "A", sunsetTime }];
      expect((await errorOf(registerAtStartup({ connection, scopes: wrong }))).message).toContain("sunsetTime of a");
    }
  });

  it.each([
    [{ deadlineMs: Number.NaN }, "deadlineMs"],
    [{ deadlineMs: 0 }, "deadlineMs"],
    [{ release: 1.5 }, "release"],
    [{ release: -1 }, "release"],
    [{ release: Number.NaN }, "release"],
    [{ release: 2n ** 53n }, "release"],
  ])("refuses wrong options before it calls: %o", async (options, name) => {
    await using connection = await connectAs("any", "127.0.0.1:1");
    const error = await errorOf(registerAtStartup({ connection, scopes, ...options }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(name);
  });

  it("goes on where its log fails", async () => {
    let calls = 0;
    await using registry = await startScriptedRegistry({
      registerScopes: () => {
        calls += 1;
        if (calls < 3) throw refusal("OVERLOADED", Code.ResourceExhausted);
        return { revision: 3n };
      },
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const onRetry = () => {
      if (calls === 1) throw new Error("The log is full");
      return Promise.reject(new Error("The log is full"));
    };
    expect((await registerAtStartup({ connection, scopes, onRetry })).revision).toBe(3);
  });

  it("lists only what is surely no secret, where the answer leaves out what is stored", async () => {
    const outcome = RegistrationOutcome.UPDATED;
    await using registry = await startScriptedRegistry({
      registerScopes: ({ scopes }) => ({ results: scopes.map(({ name }) => ({ name, outcome })) }),
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const definitions = [
      { name: "unsaid", description: "May be stored as unlisted" },
      { name: "listed", description: "Listed", unlisted: false },
      { name: "unlisted", description: "Unlisted", unlisted: true },
    ];
    const registered = await registerAtStartup({ connection, scopes: definitions });
    expect(registered.scopes).toEqual(["listed"]);
    expect([...registered.outcomes.keys()]).toEqual(["unsaid", "listed", "unlisted"]);
  });

  it("waits while the registry is overloaded or answers too late, as long as it says", async () => {
    let calls = 0;
    await using registry = await startScriptedRegistry({
      registerScopes: () => {
        calls += 1;
        if (calls === 1) throw refusal("OVERLOADED", Code.ResourceExhausted, 700);
        if (calls === 2) throw refusal("DEADLINE_EXCEEDED", Code.DeadlineExceeded);
        return { revision: 9n };
      },
    });
    const retries: RegistrationRetry[] = [];
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const { revision } = await registerAtStartup({ connection, scopes, onRetry: (retry) => retries.push(retry) });
    expect(revision).toBe(9);
    expect(retries).toMatchObject([{ attempt: 1, delayMs: 700 }, { attempt: 2 }]);
  });

  it.each([
    ["REGISTRATION_TOO_LARGE", Code.ResourceExhausted],
    ["REVISION_MISMATCH", Code.Aborted],
    ["REVISION_UNKNOWN", Code.OutOfRange],
    ["INTERNAL", Code.Internal],
  ])("fails at once after %s", async (reason, code) => {
    await using registry = await startScriptedRegistry({
      registerScopes: () => {
        throw refusal(reason, code);
      },
    });
    await using connection = connectScopeRegistry({ address: registry.address, credentials: "none" });
    const onRetry = () => expect.unreachable();
    const error = await errorOf(registerAtStartup({ connection, scopes, onRetry }));
    expect(error).toMatchObject({ name: "RegistrationRefusedError", reason });
  });
});

describe("the example of a registration at start-up", () => {
  it("registers, then listens", async () => {
    const lines: string[] = [];
    await using connection = await connectAs("billing-api");
    const billing = await startBilling({ connection, release: 2, log: (line) => lines.push(line) });
    expect(billing.listening).toBe(true);
    billing.close();
    const late = await startBilling({ connection, release: 1, log: (line) => lines.push(line) });
    late.close();
    expect(lines).toEqual([
      expect.stringMatching(/^Registered invoices:read,invoices:write at revision \d+$/),
      "A newer release has registered already",
    ]);
  });

  it("does not listen where the registry refuses", async () => {
    await using connection = await connectAs("thief-api");
    await expect(startBilling({ connection, release: 1, log: () => undefined })).rejects.toThrow(
      RegistrationRefusedError,
    );
  });
});
