import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromJudgement } from "../../../../src/transport/messages/validation-messages.ts";
import { refusalOf } from "../../../../test/support/refusal.ts";
import { type Clients, startTestServer, type TestServer, unique } from "../../../../test/support/test-server.ts";
import { connectScopeRegistry } from "../../src/connection/connect-scope-registry.ts";
import { ResourceServerMode, ValidationMode, ValidationView } from "../../src/index.ts";
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

  it("judges by what each client may ask for, as soon as that changes", async (context) => {
    const [secret, open] = [unique("secret"), unique("open")];
    await register(secret, { restricted: true });
    await register(open);
    const { admin } = await server.as({ client: "operator", scopes: ["admin"] });
    const clientId = unique("shop");
    await admin.grantScopes({ clientId, scopes: [secret] });
    const { replica } = follow(context, await readerOf(server));
    await replica.ready;
    const granted = (id = clientId) =>
      replica.judge({ clientId: id, scopes: [secret, open], mode: "NARROW" }).grantedScopes;
    expect(granted()).toEqual([secret, open]);
    expect(granted("another")).toEqual([open]);

    const changes: ReplicaChange[] = [];
    replica.onChange((change) => void changes.push(change));
    const { clientPolicy } = await admin.setClientPolicy({ clientPolicy: { clientId, allowedScopes: [secret] } });
    await expect.poll(() => granted()).toEqual([secret]);
    expect(changes).toEqual([{ revision: Number(clientPolicy?.revision), names: [] }]);
    await admin.revokeScopes({ clientId, scopes: [secret] });
    await expect.poll(() => granted()).toEqual([]);
    await admin.deleteClientPolicy({ clientId });
    await expect.poll(() => granted()).toEqual([open]);
  });

  it("follows what a client may ask for where it follows a part of the registry alone", async (context) => {
    const secret = unique("secret");
    const owner = await server.as({ client: "secret-api", scopes: ["register"] });
    await owner.registry.registerScopes({ scopes: [{ name: secret, description: "Secret", restricted: true }] });
    const { replica } = follow(context, await readerOf(server), { owner: "secret-api" });
    await replica.ready;
    expect(replica.judge({ clientId: "partner", scope: secret }).valid).toBe(false);
    await owner.admin.grantScopes({ clientId: "partner", scopes: [secret] });
    await expect.poll(() => replica.judge({ clientId: "partner", scope: secret }).valid).toBe(true);
  });

  it("has a scope as it was approved while a change of it waits for a review", async (context) => {
    const name = unique("reviewed");
    const { admin } = await server.as({ client: "operator", scopes: ["admin"] });
    const owner = await server.as({ client: "reviewed-api", scopes: ["register"] });
    const scopes = [{ name, description: "Reviewed", resources: ["urn:before"] }];
    await owner.registry.registerScopes({ scopes });
    const resourceServer = { name: "reviewed-api", mode: ResourceServerMode.REVIEW, resources: ["urn:before"] };
    await admin.setResourceServer({ resourceServer });
    const { replica } = follow(context, await readerOf(server));
    await replica.ready;
    await owner.registry.registerScopes({ scopes: [{ ...scopes[0], resources: ["urn:before", "urn:after"] }] });
    await expect.poll(() => replica.get(name)?.state).toBe("PENDING");
    expect(replica.get(name)?.proposal?.resources).toEqual(["urn:after", "urn:before"]);
    expect(replica.judge({ scope: name })).toMatchObject({ valid: true, audiences: ["urn:before"] });
    await admin.approveScopes({ names: [name] });
    await expect.poll(() => replica.judge({ scope: name }).audiences).toEqual(["urn:after", "urn:before"]);
    await owner.registry.registerScopes({ scopes: [{ ...scopes[0], resources: ["urn:last"] }] });
    await admin.refuseScopes({ names: [name] });
    await expect.poll(() => replica.get(name)?.refusedProposal?.resources).toEqual(["urn:last"]);
    expect(replica.get(name)).toMatchObject({ state: "ACTIVE", resources: ["urn:after", "urn:before"] });
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
          return server.tokenFor({
            client: "auth-server",
            scopes: ["read", "validate"],
            claims: { exp: seconds() + 4 },
          });
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
const names = fc.constantFrom(
  ...["a", "b", "c", "d", "e", "unknown", 'bad"name', "", "scope_registry.admin"],
  ...["a.old", "b.old", "f:1", "f:{x}", "g:2:f", "g:2"],
);
const ALIASES: Readonly<Record<string, string>> = { a: "a.old", b: "b.old", "f:{x}": "g:{x}:f" };
const resources = fc.constantFrom("urn:one", "urn:two", "urn:three", "urn:four", "no uri", "urn:x#y");
const registration = fc.record({
  scopes: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("a", "b", "c", "d", "e", "f:{x}"),
      description: fc.constantFrom("Reads", "Writes"),
      isRenamed: fc.boolean(),
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
    { selector: ({ name }) => name, maxLength: 6 },
  ),
  mode: fc.constant(2),
});
const policy = fc.record({
  allowedScopes: fc.oneof(
    fc.constant<string[]>([]),
    fc.subarray(["a", "b.old", "c", "d", "f:{y}", "g:2:f"], { minLength: 1 }),
  ),
  defaultScopes: fc.oneof(fc.constant<string[]>([]), fc.subarray(["a.old", "b", "f:1", "e"])),
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

/** A registration for the wire: templates are no defaults. */
function toRequest({ scopes, mode }: typeof registration extends fc.Arbitrary<infer T> ? T : never) {
  const definitions = scopes.map(({ isRenamed, isDefault, ...scope }) => ({
    ...scope,
    isDefault: isDefault && !scope.name.includes("{"),
    aliases: isRenamed ? [ALIASES[scope.name] ?? []].flat() : [],
  }));
  return { scopes: definitions, mode };
}

describe("a scope replica and the ValidateScopes RPC", () => {
  it("give the same answers and refusals, in any state and to any request", { timeout: 120_000 }, async (context) => {
    await using server = await startTestServer();
    const owner = await server.as({ client: "api", scopes: ["register", "registerDefault", "admin"] });
    const issuer = await server.as({ client: "auth-server", scopes: ["validate"] });
    const { replica } = follow(context, await readerOf(server));
    await replica.ready;
    const asked = { valid: 0, refused: 0, invalid: 0 };
    await fc.assert(
      fc.asyncProperty(
        registration,
        policy,
        fc.array(validation, { minLength: 5, maxLength: 15 }),
        async (state, shop, requests) => {
          await owner.registry.registerScopes(toRequest(state));
          const clientId = "shop";
          await owner.admin.deleteClientPolicy({ clientId });
          const granted = state.scopes.filter(({ deprecated }) => deprecated).map(({ name }) => name);
          if (granted.length > 0) await owner.admin.grantScopes({ clientId, scopes: granted });
          await owner.admin.setClientPolicy({ clientPolicy: { clientId, ...shop } });
          const { revision } = await issuer.registry.validateScopes({});
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
            expect(fromJudgement(judgement)).toEqual(answer);
            asked[answer.valid ? "valid" : "refused"] += 1;
          }
        },
      ),
      { numRuns: 200 },
    );
    // The property means something only where all three have been met often.
    for (const count of Object.values(asked)) expect(count).toBeGreaterThan(20);
  });
});
