import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromJudgement } from "../../../../src/transport/validation-messages.ts";
import { refusalOf } from "../../../../test/support/refusal.ts";
import { type Clients, startTestServer, type TestServer, unique } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { ValidationMode, ValidationView } from "../../src/index.ts";
import type { Validation } from "../../src/judging/index.ts";
import { InvalidRequestError } from "../../src/replica/invalid-request-error.ts";
import type { ReplicaChange } from "../../src/replica/scope-replica.ts";
import { follow, readerOf } from "./following.ts";

describe("a scope replica", () => {
  let server: TestServer;
  let everybody: Clients;
  beforeAll(async () => {
    server = await startTestServer();
    everybody = await server.as({
      client: "everybody",
      scopes: ["register", "registerDefault", "validate", "read"],
    });
  });
  afterAll(() => server.stop());

  const register = (name: string, changes: object = {}) =>
    everybody.registry.registerScopes({ scopes: [{ name, description: `Allows ${name}`, ...changes }] });

  it("is ready with what is registered, and judges what is registered later", async (context) => {
    const [early, late] = [unique("early"), unique("late")];
    await register(early);
    const { replica, problems } = follow(context, await readerOf(server));
    expect(() => replica.judge({ scopes: [early] })).toThrow("wait for ready");
    await replica.ready;
    expect(replica.judge({ scope: early })).toMatchObject({ valid: true, grantedScopes: [early] });
    expect(replica.judge({ scopes: [early, late] })).toMatchObject({ valid: false, error: "invalid_scope" });

    const { revision } = await register(late);
    await expect.poll(() => replica.revision).toBeGreaterThanOrEqual(Number(revision));
    expect(replica.judge({ scopes: [early, late] })).toMatchObject({ valid: true, revision: Number(revision) });
    expect(replica.get(late)).toMatchObject({ name: late, owner: "everybody", state: "ACTIVE" });
    expect([...replica.scopes()].map(({ name }) => name)).toEqual(expect.arrayContaining([early, late]));
    expect(replica.size).toBe([...replica.scopes()].length);
    expect(problems).toEqual([]);
  });

  it("tells of each change with the names in it, until it is told to stop", async (context) => {
    const [one, two] = [unique("told"), unique("told")];
    const { replica } = follow(context, await readerOf(server));
    const changes: ReplicaChange[] = [];
    const stop = replica.onChange((change) => void changes.push(change));
    await replica.ready;
    expect(changes).toEqual([{ revision: replica.revision, names: undefined }]);
    const { revision } = await register(one);
    await expect.poll(() => changes.at(-1)).toEqual({ revision: Number(revision), names: [one] });
    stop();
    const later = await register(two);
    await expect.poll(() => replica.revision).toBe(Number(later.revision));
    expect(changes).toHaveLength(2);
  });

  it("goes on when a listener fails, and tells of it", async (context) => {
    const { replica, problems } = follow(context, await readerOf(server));
    await replica.ready;
    replica.onChange(() => {
      throw new Error("The listener is broken");
    });
    const name = unique("heard");
    await register(name);
    await expect.poll(() => replica.judge({ scope: name }).valid).toBe(true);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("The listener is broken")]);
  });

  it("has a lag of a few seconds at the most while it follows", async (context) => {
    const { replica } = follow(context, await readerOf(server));
    expect(replica.lag).toBe(Number.POSITIVE_INFINITY);
    await replica.ready;
    const first = replica.lag;
    expect(first).toBeLessThan(10_000);
    // It falls back with each bookmark.
    await expect.poll(() => replica.lag, { interval: 10 }).toBeGreaterThan(first);
    await expect.poll(() => replica.lag, { interval: 10 }).toBeLessThan(500);
    expect(replica.connected).toBe(true);
  });

  it("follows a part of the registry alone, where it is told to", async (context) => {
    const [own, other] = [unique("own"), unique("other")];
    const { registry } = await server.as({ client: "part-api", scopes: ["register"] });
    await registry.registerScopes({ scopes: [{ name: own, description: "Own" }] });
    await register(other);
    const { replica } = follow(context, await readerOf(server), { owner: "part-api" });
    await replica.ready;
    expect([...replica.scopes()].map(({ name }) => name)).toEqual([own]);
    const { revision } = await register(unique("other"));
    await expect.poll(() => replica.revision).toBeGreaterThanOrEqual(Number(revision));
    expect(replica.size).toBe(1);
  });

  it("rejects ready when the registry refuses it, and becomes well once that is mended", async (context) => {
    const useless = await server.tokenFor({ client: "auth-server", scopes: ["validate"] });
    const { address, token } = await readerOf(server);
    let current = useless;
    const connection = connectScopeRegistry({ address, credentials: { getToken: () => current } });
    context.onTestFinished(() => connection.close());
    const { replica, problems } = follow(context, { address, token }, { connection });
    await expect(replica.ready).rejects.toThrow("scope_registry.read");
    expect(problems[0]).toMatchObject({ message: expect.stringContaining("cannot be followed") });
    expect(problems[0]?.retryInMs).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain(useless);
    current = token;
    await expect.poll(() => replica.connected).toBe(true);
    expect(replica.judge({ scope: "unknown" }).valid).toBe(false);
  });

  it("takes what is undefined for what is not said", async (context) => {
    const name = unique("defined");
    await register(name);
    const { replica } = follow(context, await readerOf(server));
    await replica.ready;
    const unsaid = {
      scopes: undefined,
      clientId: undefined,
      resources: undefined,
      mode: undefined,
      locales: undefined,
    };
    expect(replica.judge({ scope: name, ...unsaid } as object).valid).toBe(true);
    expect(replica.judge({ scope: undefined } as object).defaultsApplied).toBe(true);
  });

  it("follows on quietly when its token expires, where it can get another one", {
    timeout: 60_000,
  }, async (context) => {
    const seconds = () => Math.floor(Date.now() / 1_000);
    let got = 0;
    const connection = connectScopeRegistry({
      address: server.grpcAddress,
      credentials: {
        getToken: () => {
          got += 1;
          return server.tokenFor({ client: "auth-server", scopes: ["read"], claims: { exp: seconds() + 4 } });
        },
      },
    });
    context.onTestFinished(() => connection.close());
    const { replica, problems } = follow(context, await readerOf(server), { connection });
    await replica.ready;
    await expect.poll(() => got, { timeout: 30_000 }).toBeGreaterThan(1);
    const name = unique("later");
    await register(name);
    await expect.poll(() => replica.judge({ scope: name }).valid).toBe(true);
    expect(problems).toEqual([]);
    expect(replica.connected).toBe(true);
  });

  it("judges on after it is closed, and no longer follows", async (context) => {
    const { replica } = follow(context, await readerOf(server));
    await replica.ready;
    const { revision } = replica;
    await replica.close();
    await register(unique("unseen"));
    expect(replica.judge({ scope: "scope_registry.read" }).revision).toBe(revision);
    expect(replica.connected).toBe(false);
    await replica.close();
  });

  it("rejects ready when its connection is closed", async (context) => {
    const { address, token } = await readerOf(server);
    const connection = connectScopeRegistry({ address, credentials: { token } });
    await connection.close();
    const { replica } = follow(context, { address, token }, { connection });
    await expect(replica.ready).rejects.toThrow("is closed: make another");
  });

  it("tells when it follows", async (context) => {
    const following: unknown[] = [];
    const onFollowing = (state: unknown) => void following.push(state);
    const { replica } = follow(context, await readerOf(server), { onFollowing });
    await replica.ready;
    expect(following).toEqual([{ revision: replica.revision }]);
  });

  it("rejects ready when it is closed before", async (context) => {
    const { replica } = follow(context, await readerOf(server));
    await replica.close();
    await expect(replica.ready).rejects.toThrow("closed before it was ready");
  });
});

/** Few names, so that requests meet what is registered, and some that no registry has. */
const names = fc.constantFrom("a", "b", "c", "d", "e", "unknown", 'bad"name', "", "scope_registry.admin");
const resources = fc.constantFrom("urn:one", "urn:two", "urn:three", "urn:four", "no uri", "urn:x#y");
const registration = fc.record({
  scopes: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("a", "b", "c", "d", "e"),
      description: fc.constantFrom("Reads", "Writes"),
      isDefault: fc.boolean(),
      restricted: fc.boolean(),
      deprecated: fc.boolean(),
      replacedBy: fc.constantFrom("", "old.name", "new.name"),
      resources: fc.uniqueArray(fc.constantFrom("urn:one", "urn:two", "urn:three"), { maxLength: 2 }),
      consentTexts: fc.dictionary(
        fc.constantFrom("de", "en", "pt-BR"),
        fc.record({ title: fc.constantFrom("Read", "Lesen"), description: fc.constantFrom("", "All") }),
        { maxKeys: 2, noNullPrototype: true },
      ),
    }),
    { selector: ({ name }) => name, maxLength: 5 },
  ),
  mode: fc.constant(2),
});
const validation: fc.Arbitrary<Partial<Validation>> = fc
  .record(
    {
      scopes: fc.array(names, { maxLength: 5 }),
      scope: fc.array(names, { maxLength: 4 }).map((list) => list.join(" ")),
      clientId: fc.constantFrom("", "shop", "c".repeat(513)),
      resources: fc.array(resources, { maxLength: 3 }),
      mode: fc.constantFrom("ALL_OR_NOTHING", "NARROW"),
      view: fc.constantFrom("BASIC", "CONSENT"),
      locales: fc.array(fc.constantFrom("de", "de-AT", "en", "pt", "german"), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  )
  .map((request) =>
    request.scopes?.length && request.scope && Math.abs(request.scope.length) % 3 ? { ...request, scope: "" } : request,
  );

describe("a scope replica and the ValidateScopes RPC", () => {
  it("give the same answers and refusals, in any state and to any request", { timeout: 120_000 }, async (context) => {
    await using server = await startTestServer();
    const owner = await server.as({ client: "api", scopes: ["register", "registerDefault"] });
    const issuer = await server.as({ client: "auth-server", scopes: ["validate"] });
    const { replica } = follow(context, await readerOf(server));
    await replica.ready;
    const asked = { valid: 0, refused: 0, invalid: 0 };
    await fc.assert(
      fc.asyncProperty(registration, fc.array(validation, { minLength: 5, maxLength: 15 }), async (state, requests) => {
        const { revision } = await owner.registry.registerScopes(state);
        await expect.poll(() => replica.revision, { interval: 1 }).toBe(Number(revision));
        for (const request of requests) {
          const call = issuer.registry.validateScopes({
            ...request,
            ...(request.mode && { mode: ValidationMode[request.mode as "NARROW"] }),
            ...(request.view && { view: ValidationView[request.view as "BASIC"] }),
          } as Parameters<typeof issuer.registry.validateScopes>[0]);
          let judgement: ReturnType<typeof replica.judge>;
          try {
            judgement = replica.judge(request);
          } catch (error) {
            if (!(error instanceof InvalidRequestError)) throw error;
            const refusal = await refusalOf(call);
            expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", message: error.message });
            expect(refusal.violations).toEqual(error.violations);
            asked.invalid += 1;
            continue;
          }
          const answer = await call;
          expect(fromJudgement(judgement, judgement.revision)).toEqual(answer);
          asked[answer.valid ? "valid" : "refused"] += 1;
        }
      }),
      { numRuns: 200 },
    );
    // The property means something only where all three have been met often.
    for (const count of Object.values(asked)) expect(count).toBeGreaterThan(20);
  });
});
