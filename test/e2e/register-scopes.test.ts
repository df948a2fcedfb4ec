import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type RegisterScopesRequestSchema,
  type RegisterScopesResponse,
  RegistrationMode,
  RegistrationOutcomeSchema,
  type Scope,
  ScopeState,
} from "@scope-registry/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OwnScope } from "../../src/config/registry-scope-names.ts";
import { enumName } from "../support/enum-name.ts";
import { refusalOf } from "../support/refusal.ts";
import { type Clients, startTestServer, type TestServer, unique, WAYS } from "../support/test-server.ts";

const { MERGE, REPLACE } = RegistrationMode;
const HASH = /^[a-z0-9-]*sha256:[0-9a-f]{64}$/;

/** A resource server of one test: its clients, and a stem that only its names have. */
interface Registrant {
  readonly id: string;
  /** A scope name of its own. */
  name(action: string): string;
  register(request: MessageInitShape<typeof RegisterScopesRequestSchema>): Promise<RegisterScopesResponse>;
}

function outcomes({ results }: RegisterScopesResponse): Record<string, string> {
  return Object.fromEntries(results.map(({ name, outcome }) => [name, enumName(RegistrationOutcomeSchema, outcome)]));
}

describe.each(WAYS)("RegisterScopes by $name", ({ protocol, store }) => {
  let server: TestServer;
  let reader: Clients;
  beforeAll(async () => {
    server = await startTestServer({ store });
    reader = await server.as({ client: "auth-server", scopes: ["read", "validate"] }, protocol);
  });
  afterAll(() => server.stop());

  async function someone(...more: OwnScope[]): Promise<Registrant> {
    const id = unique("billing-api");
    const { registry } = await server.as({ client: id, scopes: ["register", ...more] }, protocol);
    return { id, name: (action) => `${id}:${action}`, register: (request) => registry.registerScopes(request) };
  }

  async function stored(name: string): Promise<Scope | undefined> {
    const { scopes } = await reader.registry.listScopes({ names: [name] });
    return scopes[0];
  }

  async function head(): Promise<bigint> {
    return (await reader.registry.listScopes({ pageSize: 1 })).revision;
  }

  it("creates, leaves unchanged and updates", async () => {
    const { id, name, register } = await someone();
    const created = await register({ scopes: [{ name: name("read"), description: "Read" }] });
    expect(outcomes(created)).toEqual({ [name("read")]: "CREATED" });
    const [result] = created.results;
    expect(result?.scope).toMatchObject({
      name: name("read"),
      description: "Read",
      owner: id,
      state: ScopeState.ACTIVE,
      isDefault: false,
      restricted: false,
      unlisted: false,
      resources: [],
      consentTexts: {},
      replacedBy: "",
      revision: created.revision,
    });
    expect(result?.scope?.createTime).toEqual(result?.scope?.updateTime);

    const again = await register({ scopes: [{ name: name("read"), description: "Read" }] });
    expect(outcomes(again)).toEqual({ [name("read")]: "UNCHANGED" });
    expect(again.contentHash).toBe(created.contentHash);
    expect(await head()).toBe(created.revision);

    const updated = await register({ scopes: [{ name: name("read"), description: "Read all" }] });
    expect(outcomes(updated)).toEqual({ [name("read")]: "UPDATED" });
    expect(updated.revision).toBe(created.revision + 1n);
    expect(updated.results[0]?.scope?.createTime).toEqual(result?.scope?.createTime);
    expect(await stored(name("read"))).toEqual(updated.results[0]?.scope);
  });

  it("answers results in the order of the request, and for REPLACE the disabled ones after them by name", async () => {
    const { name, register } = await someone();
    const all = ["d", "b", "a", "c"].map((action) => ({ name: name(action), description: "Do" }));
    const created = await register({ scopes: all });
    expect(created.results.map((result) => result.name)).toEqual(all.map((scope) => scope.name));
    const replaced = await register({
      scopes: [
        { name: name("z"), description: "Do" },
        { name: name("c"), description: "Do" },
      ],
      mode: REPLACE,
    });
    expect(Object.entries(outcomes(replaced))).toEqual([
      [name("z"), "CREATED"],
      [name("c"), "UNCHANGED"],
      [name("a"), "DISABLED"],
      [name("b"), "DISABLED"],
      [name("d"), "DISABLED"],
    ]);
  });

  it("keeps fields that MERGE leaves out, and touches no scope that it does not name", async () => {
    const { name, register } = await someone();
    const uri = `https://${name("x").replaceAll(":", ".")}.example.com/`;
    await register({
      scopes: [
        {
          name: name("read"),
          description: "Read",
          restricted: true,
          unlisted: true,
          resources: [uri],
          consentTexts: { en: { title: "Read", description: "Read it" } },
          deprecated: true,
          replacedBy: name("view"),
          sunsetTime: timestampFromDate(new Date("2030-01-01T00:00:00Z")),
        },
        { name: name("write"), description: "Write" },
      ],
    });
    const write = await stored(name("write"));
    const before = await stored(name("read"));
    const merged = await register({ scopes: [{ name: name("read"), description: "Read more" }], mode: MERGE });
    expect(outcomes(merged)).toEqual({ [name("read")]: "UPDATED" });
    const after = await stored(name("read"));
    expect({ ...after, updateTime: undefined, revision: 0n }).toEqual({
      ...before,
      description: "Read more",
      updateTime: undefined,
      revision: 0n,
    });
    expect(after?.state).toBe(ScopeState.DEPRECATED);
    expect(await stored(name("write"))).toEqual(write);
  });

  it("empties lists that REPLACE leaves out, keeps other fields, and enables a disabled scope that is named", async () => {
    const { id, name, register } = await someone();
    const full = {
      name: name("read"),
      description: "Read",
      restricted: true,
      unlisted: true,
      replacedBy: name("view"),
      resources: [`https://${id}.example.com/`],
      consentTexts: { en: { title: "Read", description: "" } },
    };
    await register({ scopes: [full, { name: name("write"), description: "Write" }] });
    const replaced = await register({ scopes: [{ name: name("read"), description: "Read" }], mode: REPLACE });
    expect(outcomes(replaced)).toEqual({ [name("read")]: "UPDATED", [name("write")]: "DISABLED" });
    expect(await stored(name("read"))).toMatchObject({
      restricted: true,
      unlisted: true,
      replacedBy: name("view"),
      resources: [],
      consentTexts: {},
    });
    expect(await stored(name("write"))).toMatchObject({ state: ScopeState.DISABLED, description: "Write" });

    const quiet = await register({ scopes: [{ name: name("read"), description: "Read" }], mode: REPLACE });
    expect(outcomes(quiet)).toEqual({ [name("read")]: "UNCHANGED" });
    const reset = await register({
      scopes: [{ name: name("read"), description: "Read", restricted: false, unlisted: false, replacedBy: "" }],
      mode: REPLACE,
    });
    expect(reset.results[0]?.scope).toMatchObject({ restricted: false, unlisted: false, replacedBy: "" });
    const enabled = await register({ scopes: [{ name: name("write"), description: "Write" }] });
    expect(outcomes(enabled)).toEqual({ [name("write")]: "UPDATED" });
    expect(await stored(name("write"))).toMatchObject({ state: ScopeState.ACTIVE });
  });

  it("disables by REPLACE only the caller's own scopes, all of them when none is named", async () => {
    const one = await someone();
    const other = await someone();
    await other.register({ scopes: [{ name: other.name("read"), description: "Read" }] });
    await one.register({ scopes: [{ name: one.name("read"), description: "Read" }] });
    const others = await stored(other.name("read"));
    const emptied = await one.register({ mode: REPLACE });
    expect(outcomes(emptied)).toEqual({ [one.name("read")]: "DISABLED" });
    expect(await stored(other.name("read"))).toEqual(others);
    expect(await stored("scope_registry.read")).toMatchObject({ state: ScopeState.ACTIVE, owner: "" });
  });

  it("answers SUPERSEDED to a lower release and changes nothing", async () => {
    const { name, register } = await someone();
    const scopes = [{ name: name("read"), description: "New" }];
    await register({ scopes, release: 7n, mode: REPLACE });
    const before = await head();
    const old = await register({
      scopes: [
        { name: name("read"), description: "Old" },
        { name: name("gone"), description: "Old" },
      ],
      release: 6n,
      mode: REPLACE,
    });
    expect(outcomes(old)).toEqual({ [name("read")]: "SUPERSEDED", [name("gone")]: "SUPERSEDED" });
    expect(old.results[0]?.scope?.description).toBe("New");
    expect(old.results[1]?.scope).toBeUndefined();
    expect(await head()).toBe(before);
    const same = await register({ scopes, release: 7n, mode: REPLACE });
    expect(outcomes(same)).toEqual({ [name("read")]: "UNCHANGED" });
    expect(outcomes(await register({ scopes, release: 2n ** 53n - 1n }))).toEqual({ [name("read")]: "UNCHANGED" });
    expect(outcomes(await register({ scopes, release: 8n }))).toEqual({ [name("read")]: "SUPERSEDED" });
    // Without a release there is no such guard.
    expect(outcomes(await register({ scopes: [{ name: name("read"), description: "Any" }] }))).toEqual({
      [name("read")]: "UPDATED",
    });
  });

  it("stores nothing with validate_only, and answers what the real call answers", async () => {
    const { name, register } = await someone();
    await register({
      scopes: ["a", "b", "c"].map((action) => ({ name: name(action), description: "Do" })),
    });
    const before = await head();
    const request = {
      scopes: [
        { name: name("a"), description: "Do" },
        { name: name("b"), description: "Do it" },
        { name: name("d"), description: "Do" },
      ],
      mode: REPLACE,
      release: 3n,
      displayName: "Billing",
    };
    const dry = await register({ ...request, validateOnly: true });
    expect(await head()).toBe(before);
    expect(await stored(name("d"))).toBeUndefined();
    expect(dry.revision).toBe(before);
    const [unchanged, updated, created, disabled] = dry.results.map(({ scope }) => scope);
    expect(unchanged?.revision).not.toBe(0n);
    expect([updated?.revision, created?.revision, disabled?.revision]).toEqual([0n, 0n, 0n]);
    expect([updated?.updateTime, created?.updateTime, disabled?.updateTime]).toEqual([undefined, undefined, undefined]);
    expect([updated?.createTime !== undefined, created?.createTime !== undefined]).toEqual([true, false]);
    expect(disabled?.state).toBe(ScopeState.DISABLED);

    const real = await register(request);
    expect(outcomes(real)).toEqual(outcomes(dry));
    expect(outcomes(real)).toEqual({
      [name("a")]: "UNCHANGED",
      [name("b")]: "UPDATED",
      [name("d")]: "CREATED",
      [name("c")]: "DISABLED",
    });
    expect(real.contentHash).toBe(dry.contentHash);
    expect(real.results.map(({ scope }) => scope?.state)).toEqual(dry.results.map(({ scope }) => scope?.state));
  });

  it("answers errors with validate_only as the real call does", async () => {
    const one = await someone();
    const other = await someone();
    await other.register({ scopes: [{ name: other.name("read"), description: "Read" }] });
    const foreign = { scopes: [{ name: other.name("read"), description: "Mine" }] };
    const dry = await refusalOf(one.register({ ...foreign, validateOnly: true }));
    expect(dry).toEqual(await refusalOf(one.register(foreign)));
    expect(dry).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_NOT_OWNED" });
  });

  it("refuses a caller whose scopes have changed after the revision that it expects", async () => {
    const { name, register } = await someone();
    const scopes = (description: string) => [{ name: name("read"), description }];
    const first = await register({ scopes: scopes("1"), expectedRevision: 0n });
    const second = await register({ scopes: scopes("2"), expectedRevision: first.revision });
    const refusal = await refusalOf(register({ scopes: scopes("3"), expectedRevision: first.revision }));
    expect(refusal).toMatchObject({
      code: "ABORTED",
      reason: "REVISION_MISMATCH",
      metadata: { revision: String(second.revision) },
    });
    expect(await refusalOf(register({ scopes: scopes("3"), expectedRevision: 0n }))).toMatchObject({ code: "ABORTED" });
    expect(await stored(name("read"))).toMatchObject({ description: "2" });
    // What others change is no concern of it.
    const other = await someone();
    await other.register({ scopes: [{ name: other.name("read"), description: "Read" }] });
    const third = await register({ scopes: scopes("3"), expectedRevision: second.revision });
    expect(outcomes(third)).toEqual({ [name("read")]: "UPDATED" });
  });

  it("makes a scope a default only for a caller that may", async () => {
    const id = unique("defaults-api");
    const scopes = [{ name: `${id}:read`, description: "Read", isDefault: true }];
    const plain = await server.as({ client: id, scopes: ["register"] }, protocol);
    const trusted = await server.as({ client: id, scopes: ["register", "registerDefault"] }, protocol);
    const denied = {
      code: "PERMISSION_DENIED",
      reason: "SCOPE_MISSING",
      metadata: { scope: "scope_registry.register_default", scopes: `${id}:read` },
    };
    expect(await refusalOf(plain.registry.registerScopes({ scopes }))).toMatchObject(denied);
    expect(await stored(`${id}:read`)).toBeUndefined();
    expect(outcomes(await trusted.registry.registerScopes({ scopes }))).toEqual({ [`${id}:read`]: "CREATED" });

    // Keeping it a default, and taking that back, widen nothing.
    const described = [{ name: `${id}:read`, description: "Read it" }];
    expect(outcomes(await plain.registry.registerScopes({ scopes: described }))).toEqual({ [`${id}:read`]: "UPDATED" });
    expect(await stored(`${id}:read`)).toMatchObject({ isDefault: true });

    // Enabling a disabled default widens again.
    await plain.registry.registerScopes({ mode: REPLACE });
    expect(await refusalOf(plain.registry.registerScopes({ scopes: described }))).toMatchObject(denied);
    expect(await stored(`${id}:read`)).toMatchObject({ state: ScopeState.DISABLED });
    await trusted.registry.registerScopes({ scopes: described });
    await plain.registry.registerScopes({ scopes: [{ ...described[0], isDefault: false }] });
    expect(await refusalOf(plain.registry.registerScopes({ scopes }))).toMatchObject(denied);
  });

  it("widens a default only for a caller that may", async () => {
    const id = unique("defaults-api");
    const plain = await server.as({ client: id, scopes: ["register"] }, protocol);
    const trusted = await server.as({ client: id, scopes: ["register", "registerDefault"] }, protocol);
    const uris = [`https://${id}.example.com/a`, `https://${id}.example.com/b`];
    const scope = { name: `${id}:read`, description: "Read" };
    await trusted.registry.registerScopes({
      scopes: [{ ...scope, isDefault: true, restricted: true, resources: uris.slice(0, 1) }],
    });
    const before = await stored(scope.name);
    for (const request of [
      { scopes: [{ ...scope, restricted: false }] },
      { scopes: [{ ...scope, resources: uris }] },
      { scopes: [scope], mode: REPLACE },
    ]) {
      expect(await refusalOf(plain.registry.registerScopes(request))).toMatchObject({
        code: "PERMISSION_DENIED",
        reason: "SCOPE_MISSING",
      });
      expect(await stored(scope.name)).toEqual(before);
    }
    expect(outcomes(await trusted.registry.registerScopes({ scopes: [scope], mode: REPLACE }))).toEqual({
      [scope.name]: "UPDATED",
    });
  });

  it("keeps deprecation with its replacement and its end, until it is taken back", async () => {
    const { name, register } = await someone();
    const end = new Date("2031-05-06T07:08:09.123Z");
    await register({
      scopes: [
        {
          name: name("read"),
          description: "Read",
          deprecated: true,
          replacedBy: name("view"),
          sunsetTime: timestampFromDate(end),
        },
      ],
    });
    const deprecated = await stored(name("read"));
    expect(deprecated).toMatchObject({ state: ScopeState.DEPRECATED, replacedBy: name("view") });
    expect(deprecated?.sunsetTime && timestampDate(deprecated.sunsetTime)).toEqual(end);
    await register({ scopes: [{ name: name("read"), description: "Read", deprecated: false, replacedBy: "" }] });
    const restored = await stored(name("read"));
    expect(restored).toMatchObject({ state: ScopeState.ACTIVE, replacedBy: "" });
    expect(restored?.sunsetTime).toBeUndefined();
  });

  it("keeps what was declared through a time in state DISABLED", async () => {
    const { name, register } = await someone();
    await register({ scopes: [{ name: name("read"), description: "Read", deprecated: true }] });
    await register({ mode: REPLACE });
    await register({ scopes: [{ name: name("read"), description: "Read" }] });
    expect(await stored(name("read"))).toMatchObject({ state: ScopeState.DEPRECATED });
  });

  it("gives a resource to the first resource server that names it, for good", async () => {
    const one = await someone();
    const other = await someone();
    const uri = `https://${one.id}.example.com/v1`;
    await one.register({ scopes: [{ name: one.name("read"), description: "Read", resources: [uri] }] });
    const take = {
      scopes: [
        { name: other.name("a"), description: "A", resources: ["https://free.example.com", uri] },
        { name: other.name("b"), description: "B" },
      ],
    };
    const refusal = await refusalOf(other.register(take));
    expect(refusal).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: "RESOURCE_NOT_OWNED",
      metadata: { resources: uri },
    });
    expect(await stored(other.name("b"))).toBeUndefined();
    // Neither letting go of it nor disabling the scope gives it away.
    await one.register({ scopes: [{ name: one.name("write"), description: "Write" }], mode: REPLACE });
    expect(await refusalOf(other.register(take))).toMatchObject({ reason: "RESOURCE_NOT_OWNED" });
  });

  it("takes each resource once, in code point order", async () => {
    const { id, name, register } = await someone();
    const [a, b] = [`https://${id}.example.com/A`, `https://${id}.example.com/a`];
    await register({ scopes: [{ name: name("read"), description: "Read", resources: [b, a, b] }] });
    expect((await stored(name("read")))?.resources).toEqual([a, b]);
    const again = await register({ scopes: [{ name: name("read"), description: "Read", resources: [a, b] }] });
    expect(outcomes(again)).toEqual({ [name("read")]: "UNCHANGED" });
  });

  it("keeps consent texts under canonical language tags", async () => {
    const { name, register } = await someone();
    const text = (title: string) => ({ title, description: "" });
    const consentTexts = { "EN-us": text("Read"), "zh-hant-tw": text("讀"), de: text("Lesen") };
    const created = await register({ scopes: [{ name: name("read"), description: "Read", consentTexts }] });
    expect(Object.keys(created.results[0]?.scope?.consentTexts ?? {}).sort()).toEqual(["de", "en-US", "zh-Hant-TW"]);
    expect((await stored(name("read")))?.consentTexts["zh-Hant-TW"]).toMatchObject(text("讀"));
    const reordered = { de: text("Lesen"), "zh-Hant-TW": text("讀"), "en-US": text("Read") };
    const again = await register({ scopes: [{ name: name("read"), description: "Read", consentTexts: reordered }] });
    expect(outcomes(again)).toEqual({ [name("read")]: "UNCHANGED" });
  });

  it("hashes definitions: the same for the same ones, another for any difference", async () => {
    const stem = unique("hash");
    const one = await someone();
    const base = { name: `${stem}:read`, description: "Read" };
    const uri = `https://${stem}.example.com`;
    const variants = [
      { ...base, description: "Other" },
      { ...base, restricted: true },
      { ...base, unlisted: true },
      { ...base, deprecated: true },
      { ...base, replacedBy: `${stem}:view` },
      { ...base, resources: [uri] },
      { ...base, consentTexts: { en: { title: "Read", description: "" } } },
      { ...base, sunsetTime: timestampFromDate(new Date("2030-01-01T00:00:00Z")) },
      { ...base, name: `${stem}:Read` },
    ];
    const hashes: string[] = [];
    for (const variant of [base, ...variants]) {
      const { contentHash } = await one.register({ scopes: [variant], mode: REPLACE, validateOnly: true });
      expect(contentHash).toMatch(HASH);
      hashes.push(contentHash);
    }
    expect(new Set(hashes).size).toBe(hashes.length);
    const other = await someone();
    const { contentHash } = await other.register({ scopes: [base], validateOnly: true });
    expect(contentHash).toBe(hashes[0]);
  });

  it("takes disabled scopes out of the hash", async () => {
    const { name, register } = await someone();
    const read = { name: name("read"), description: "Read" };
    const alone = await register({ scopes: [read] });
    const both = await register({ scopes: [{ name: name("write"), description: "Write" }] });
    expect(both.contentHash).not.toBe(alone.contentHash);
    expect((await register({ scopes: [read], mode: REPLACE })).contentHash).toBe(alone.contentHash);
  });

  it("stores nothing of a request with one scope of somebody else, and names every such scope", async () => {
    const one = await someone();
    const other = await someone();
    const foreign = ["a", "b"].map((action) => ({ name: other.name(action), description: "Theirs" }));
    await other.register({ scopes: foreign });
    const before = await head();
    const mixed = [
      { name: one.name("new"), description: "Mine" },
      ...foreign,
      { name: "scope_registry.admin", description: "The registry's" },
    ];
    for (const mode of [MERGE, REPLACE]) {
      const refusal = await refusalOf(one.register({ scopes: mixed, mode }));
      expect(refusal).toMatchObject({ code: "PERMISSION_DENIED", reason: "SCOPE_NOT_OWNED" });
      expect(refusal.metadata["scopes"]?.split(" ")).toEqual([
        ...foreign.map(({ name }) => name),
        "scope_registry.admin",
      ]);
    }
    expect(await head()).toBe(before);
    expect(await stored(one.name("new"))).toBeUndefined();
  });

  it("answers every broken rule of a request, and stores nothing of it", async () => {
    const { name, register } = await someone();
    const before = await head();
    const refusal = await refusalOf(
      register({
        scopes: [
          { name: name("fine"), description: "Fine" },
          { name: "", description: "" },
          { name: "a b", description: "x", replacedBy: "a b" },
          { name: name("fine"), description: "Again" },
          {
            name: name("texts"),
            description: "x",
            resources: ["/relative"],
            consentTexts: { english: { title: "", description: "" } },
          },
        ],
        release: 2n ** 53n,
        displayName: "x".repeat(201),
      }),
    );
    expect(refusal).toMatchObject({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
    expect([...refusal.fields].sort()).toEqual(
      [
        "display_name",
        "release",
        "scopes[1].name",
        "scopes[1].description",
        "scopes[2].name",
        "scopes[2].replaced_by",
        "scopes[3].name",
        "scopes[4].resources[0]",
        "scopes[4].consent_texts",
        "scopes[4].consent_texts.title",
      ].sort(),
    );
    expect(await head()).toBe(before);
  });

  it("keeps the display name when it is left out, without a new revision", async () => {
    const { name, register } = await someone();
    const scopes = [{ name: name("read"), description: "Read" }];
    const named = await register({ scopes, displayName: "Billing" });
    expect((await register({ scopes })).revision).toBe(named.revision);
    expect((await register({ scopes, displayName: "Billing" })).revision).toBe(named.revision);
    const renamed = await register({ scopes, displayName: "Invoices" });
    expect(renamed.revision).toBe(named.revision + 1n);
    expect(outcomes(renamed)).toEqual({ [name("read")]: "UNCHANGED" });
  });

  it("lets one of many callers at once have a new name", async () => {
    const name = unique("wanted");
    const callers = await Promise.all(Array.from({ length: 8 }, () => someone()));
    const settled = await Promise.allSettled(
      callers.map(({ register }) => register({ scopes: [{ name, description: "Mine" }] })),
    );
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const winner = callers[settled.findIndex(({ status }) => status === "fulfilled")];
    expect(await stored(name)).toMatchObject({ owner: winner?.id });
  });

  it("answers one CREATED to eight replicas of one caller that start at once", async () => {
    const { name, register } = await someone();
    const before = await head();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => register({ scopes: [{ name: name("read"), description: "Read" }] })),
    );
    const all = answers.map((answer) => outcomes(answer)[name("read")]).sort();
    expect(all).toEqual(["CREATED", ...Array(7).fill("UNCHANGED")]);
    expect(await head()).toBe(before + 1n);
  });
});
