import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../../src/registry/governance/authority.ts";
import type { Registration } from "../../src/registry/registration.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import { RegistryState } from "../../src/registry/registry-state.ts";
import { MAX_ENTRY_BYTES } from "../../src/store/scope-log.ts";
import {
  contentHashFromScratch,
  DEFAULTS_SCOPE,
  define,
  nextStamp,
  owner,
  plan,
  register,
  registrationOf,
} from "./sample-registrations.ts";

const billing = owner("billing-api");
const orders = owner("orders-api");
const texts = { en: { title: "Invoices", description: "See your invoices" } };

let state: RegistryState;

beforeEach(() => {
  state = new RegistryState();
});

function outcomes(registration: Registration, registrant = billing): Record<string, string> {
  return Object.fromEntries(plan(state, registrant, registration).answer.results.map((r) => [r.name, r.outcome]));
}

function refusal(registration: Registration, registrant: Actor = billing): RegistryError {
  try {
    plan(state, registrant, registration);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error("The registration was not refused");
}

describe("registering a new name", () => {
  it("gives it to the caller, with the defaults of what is left out", () => {
    const { changes, answer } = plan(state, billing, registrationOf(["a"]));
    const { revision, time } = nextStamp(state);
    const scope = {
      name: "a",
      description: "Allows a",
      isDefault: false,
      owner: "billing-api",
      state: "ACTIVE",
      restricted: false,
      resources: [],
      consentTexts: {},
      deprecated: false,
      replacedBy: "",
      sunsetTime: undefined,
      unlisted: false,
      aliases: [],
      disabledByAdmin: false,
      proposal: undefined,
      refusedProposal: undefined,
      createTime: time,
      updateTime: time,
      revision,
    };
    expect(answer).toMatchObject({ revision: 1, results: [{ name: "a", outcome: "CREATED", scope }] });
    expect(changes[0]).toEqual({ kind: "scope", name: "a", before: undefined, after: scope });
    expect(changes[1]).toMatchObject({ kind: "resourceServer", name: "billing-api", before: undefined });
    expect(changes).toHaveLength(2);
  });

  it("keeps all that is said of it", () => {
    const said = {
      isDefault: true,
      restricted: true,
      resources: ["urn:billing"],
      consentTexts: texts,
      deprecated: true,
      replacedBy: "b",
      sunsetTime: 1_900_000_000_000,
      unlisted: true,
    };
    register(
      state,
      owner("billing-api", true),
      registrationOf([define("a", said)], { displayName: "Billing", release: 7 }),
    );
    expect(state.scope("a")).toMatchObject({ ...said, state: "DEPRECATED" });
    expect(state.holderOf("urn:billing")).toBe("billing-api");
    expect(state.resourceServer("billing-api")).toMatchObject({
      displayName: "Billing",
      release: 7,
      resources: ["urn:billing"],
    });
  });

  it("answers in the order of the request", () => {
    const { answer } = plan(state, billing, registrationOf(["c", "a", "b"]));
    expect(answer.results.map(({ name }) => name)).toEqual(["c", "a", "b"]);
  });
});

describe("registering names again", () => {
  const full = define("a", {
    restricted: true,
    resources: ["urn:billing"],
    consentTexts: texts,
    replacedBy: "b",
    sunsetTime: 1_900_000_000_000,
    unlisted: true,
    deprecated: true,
  });

  beforeEach(() => {
    register(state, billing, registrationOf([full, "b", "c"]));
  });

  it.each(["MERGE", "REPLACE"] as const)("the same is UNCHANGED and no change, with %s", (mode) => {
    const planned = plan(state, billing, registrationOf([full, "b", "c"], { mode }));
    expect(planned.changes).toEqual([]);
    expect(planned.answer.revision).toBe(state.revision);
    expect(planned.answer.results.map(({ outcome }) => outcome)).toEqual(["UNCHANGED", "UNCHANGED", "UNCHANGED"]);
    expect(planned.answer.results[0]?.scope).toBe(state.scope("a"));
  });

  it.each([
    { what: "description", changes: { description: "Another" } },
    { what: "is_default", changes: { isDefault: true } },
    { what: "restricted", changes: { restricted: false } },
    { what: "resources", changes: { resources: ["urn:another"] } },
    { what: "one more resource", changes: { resources: ["urn:billing", "urn:more"] } },
    { what: "a consent text's title", changes: { consentTexts: { en: { ...texts.en, title: "Another" } } } },
    { what: "a consent text's description", changes: { consentTexts: { en: { ...texts.en, description: "" } } } },
    { what: "a consent text's language", changes: { consentTexts: { de: texts.en } } },
    { what: "one more consent text", changes: { consentTexts: { ...texts, de: texts.en } } },
    { what: "deprecated", changes: { deprecated: false } },
    { what: "replaced_by", changes: { replacedBy: "" } },
    { what: "sunset_time", changes: { sunsetTime: 0 } },
    { what: "unlisted", changes: { unlisted: false } },
  ])("another $what is UPDATED, and what was is kept in the log", ({ changes }) => {
    const before = state.scope("a");
    const planned = plan(state, owner("billing-api", true), registrationOf([{ ...full, ...changes }]));
    expect(planned.answer.results[0]).toMatchObject({ outcome: "UPDATED", scope: { createTime: before?.createTime } });
    expect(planned.answer.results[0]?.scope).toMatchObject(nextStampOf(state));
    expect(planned.changes[0]).toMatchObject({ kind: "scope", name: "a", before });
  });

  it("changes only what differs", () => {
    const planned = plan(state, billing, registrationOf([full, define("b", { description: "Another" }), "c"]));
    expect(planned.changes.map(({ name }) => name)).toEqual(["b"]);
  });

  it("keeps what is left out under MERGE", () => {
    expect(outcomes(registrationOf([define("a", { description: full.description })]))).toEqual({ a: "UNCHANGED" });
  });

  it("empties lists that are left out under REPLACE, and keeps the rest", () => {
    const planned = plan(state, billing, registrationOf([define("a"), "b", "c"], { mode: "REPLACE" }));
    expect(planned.answer.results[0]).toMatchObject({
      outcome: "UPDATED",
      scope: { ...state.scope("a"), resources: [], consentTexts: {}, ...nextStampOf(state) },
    });
  });

  it("ends a deprecation, and with it the time it ends", () => {
    register(state, billing, registrationOf([define("a", { deprecated: false })]));
    expect(state.scope("a")).toMatchObject({ state: "ACTIVE", deprecated: false, sunsetTime: undefined });
  });

  it("keeps a time that is announced in the same breath as the end of a deprecation", () => {
    register(state, billing, registrationOf([define("a", { deprecated: false, sunsetTime: 5 })]));
    expect(state.scope("a")).toMatchObject({ deprecated: false, sunsetTime: 5 });
  });

  it("with MERGE does not touch scopes that are not named", () => {
    expect(outcomes(registrationOf(["d"]))).toEqual({ d: "CREATED" });
  });

  it("with REPLACE disables the own scopes that are not named, after the others and in name order", () => {
    const { answer, changes } = plan(state, billing, registrationOf(["d"], { mode: "REPLACE" }));
    expect(answer.results.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "d CREATED",
      "a DISABLED",
      "b DISABLED",
      "c DISABLED",
    ]);
    expect(changes.slice(0, 4).map(({ after }) => after)).toEqual(answer.results.map(({ scope }) => scope));
    expect(answer.results[1]?.scope).toMatchObject({ ...state.scope("a"), state: "DISABLED", ...nextStampOf(state) });
  });

  it("does not disable what is disabled already", () => {
    register(state, billing, registrationOf([], { mode: "REPLACE" }));
    const { changes, answer } = plan(state, billing, registrationOf([], { mode: "REPLACE" }));
    expect(changes).toEqual([]);
    expect(answer.results).toEqual([]);
  });

  it("enables a disabled scope again, deprecated if it was", () => {
    register(state, billing, registrationOf([], { mode: "REPLACE" }));
    expect(outcomes(registrationOf([full, "b"]))).toEqual({ a: "UPDATED", b: "UPDATED" });
    register(state, billing, registrationOf([full, "b"]));
    expect(state.scope("a")?.state).toBe("DEPRECATED");
    expect(state.scope("b")?.state).toBe("ACTIVE");
    expect(state.scope("c")?.state).toBe("DISABLED");
  });

  it("keeps a resource that no scope names any more", () => {
    register(state, billing, registrationOf([], { mode: "REPLACE" }));
    expect(state.holderOf("urn:billing")).toBe("billing-api");
    expect(refusal(registrationOf([define("x", { resources: ["urn:billing"] })]), orders).reason).toBe(
      "RESOURCE_NOT_OWNED",
    );
  });

  it("changes the display name alone, without a change of a scope", () => {
    const { changes, answer } = plan(state, billing, registrationOf(["b"], { displayName: "Billing" }));
    expect(changes).toMatchObject([{ kind: "resourceServer", after: { displayName: "Billing" } }]);
    expect(answer).toMatchObject({ revision: state.revision + 1, results: [{ outcome: "UNCHANGED" }] });
    register(state, billing, registrationOf(["b"], { displayName: "Billing" }));
    expect(plan(state, billing, registrationOf(["b"])).changes).toEqual([]);
  });
});

describe("names and resources of others", () => {
  beforeEach(() => {
    register(state, orders, registrationOf([define("o1", { resources: ["urn:orders"] }), "o2", "o3"]));
    state.apply({
      revision: state.revision + 1,
      time: 0,
      actor: "",
      resourceServer: "",
      kind: "OWN_SCOPES",
      requestId: "own",
      changes: [
        {
          kind: "scope",
          name: "own",
          before: undefined,
          after: { ...(state.scope("o2") as object), name: "own", owner: "" } as never,
        },
      ],
    });
  });

  it("refuses a name that another resource server owns, naming every one", () => {
    const error = refusal(registrationOf(["o3", "a", "o1"]));
    expect(error).toMatchObject({ reason: "SCOPE_NOT_OWNED", metadata: { scopes: "o3 o1" } });
    expect(error.message).toContain("o3 o1 belongs to orders-api");
  });

  it("refuses a name of the registry's own", () => {
    expect(refusal(registrationOf(["own"])).message).toContain("belongs to the registry itself");
    expect(refusal(registrationOf(["own", "o1"])).message).toContain("belongs to other resource servers");
  });

  it("refuses a disabled name of another", () => {
    register(state, orders, registrationOf([], { mode: "REPLACE" }));
    expect(refusal(registrationOf(["o1"])).reason).toBe("SCOPE_NOT_OWNED");
  });

  it("takes a name that differs in case only for another", () => {
    expect(outcomes(registrationOf(["O1"]))).toEqual({ O1: "CREATED" });
  });

  it("refuses a resource that another resource server holds, naming every one once", () => {
    const error = refusal(
      registrationOf([
        define("a", { resources: ["urn:billing", "urn:orders"] }),
        define("b", { resources: ["urn:orders"] }),
      ]),
    );
    expect(error).toMatchObject({ reason: "RESOURCE_NOT_OWNED", metadata: { resources: "urn:orders" } });
  });

  it.each([
    "HTTPS://ORDERS.example.com/v1",
    "https://orders.example.com:443/v1",
    "https://orders.example.com/x/../v1",
    "https://orders.example.com/%76%31",
  ])("refuses the other spelling %s of a resource that another resource server holds", (spelling) => {
    register(state, orders, registrationOf([define("o1", { resources: ["https://orders.example.com/v1"] })]));
    expect(refusal(registrationOf([define("a", { resources: [spelling] })]))).toMatchObject({
      reason: "RESOURCE_NOT_OWNED",
      metadata: { resources: spelling },
    });
  });

  it("keeps the error short enough for a header when there are thousands", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `${"x".repeat(200)}${at}`);
    register(state, orders, registrationOf(many));
    const { metadata, message } = refusal(registrationOf(many));
    const listed = metadata["scopes"]?.split(" ") ?? [];
    expect(listed).toEqual(many.slice(0, listed.length));
    expect(listed.length + Number(metadata["omitted"])).toBe(many.length);
    expect(metadata["scopes"]?.length).toBeLessThan(3_000);
    expect(message.length).toBeLessThan(700);
  });

  it("does not disable them with REPLACE", () => {
    expect(outcomes(registrationOf(["a"], { mode: "REPLACE" }))).toEqual({ a: "CREATED" });
  });
});

describe("making a scope a default", () => {
  const asDefault = define("a", { isDefault: true });

  it("needs a scope of its own", () => {
    expect(refusal(registrationOf([asDefault, "b", define("c", { isDefault: true })]))).toMatchObject({
      reason: "SCOPE_MISSING",
      metadata: { scope: DEFAULTS_SCOPE, scopes: "a c" },
    });
    expect(outcomes(registrationOf([asDefault]), owner("billing-api", true))).toEqual({ a: "CREATED" });
  });

  it("needs it as well for one that was no default, and for a disabled default that is enabled again", () => {
    register(state, billing, registrationOf(["a"]));
    expect(refusal(registrationOf([asDefault])).reason).toBe("SCOPE_MISSING");
    register(state, owner("billing-api", true), registrationOf([asDefault]));
    register(state, billing, registrationOf([], { mode: "REPLACE" }));
    expect(refusal(registrationOf(["a"])).reason).toBe("SCOPE_MISSING");
  });

  it("is not needed to keep one, to disable one and to take the default away", () => {
    register(state, owner("billing-api", true), registrationOf([asDefault]));
    expect(outcomes(registrationOf([asDefault]))).toEqual({ a: "UNCHANGED" });
    expect(outcomes(registrationOf([define("a", { isDefault: true, description: "Another" })]))).toEqual({
      a: "UPDATED",
    });
    expect(outcomes(registrationOf([], { mode: "REPLACE" }))).toEqual({ a: "DISABLED" });
    expect(outcomes(registrationOf([define("a", { isDefault: false })]))).toEqual({ a: "UPDATED" });
  });

  it("is needed to make a default reach further, and not to narrow it", () => {
    const [here, there] = ["https://a.example.com/", "https://b.example.com/"];
    const tied = define("a", { isDefault: true, restricted: true, resources: [here] });
    register(state, owner("billing-api", true), registrationOf([tied]));

    const wider = [
      registrationOf([define("a", { restricted: false })]),
      registrationOf([define("a", { resources: [here, there] })]),
      registrationOf(["a"], { mode: "REPLACE" }),
    ];
    expect(wider.map((registration) => refusal(registration).reason)).toEqual(wider.map(() => "SCOPE_MISSING"));

    register(state, owner("billing-api", true), registrationOf([define("a", { resources: [here, there] })]));
    expect(outcomes(registrationOf([define("a", { resources: [here] })]))).toEqual({ a: "UPDATED" });
  });

  it("is needed to tie one that was tied to nothing: where others are tied, it did not reach", () => {
    register(state, owner("billing-api", true), registrationOf([asDefault]));
    expect(refusal(registrationOf([define("a", { resources: ["https://a.example.com/"] })])).reason).toBe(
      "SCOPE_MISSING",
    );
  });
});

describe("a release", () => {
  beforeEach(() => {
    register(state, billing, registrationOf(["a", "b"], { release: 5 }));
  });

  it.each(["MERGE", "REPLACE"] as const)("that is older than the stored one changes nothing with %s", (mode) => {
    const registration = registrationOf([define("a", { description: "Old" }), "z"], { mode, release: 4 });
    const { changes, answer } = plan(state, billing, registration);
    expect(changes).toEqual([]);
    expect(answer).toEqual({
      results: [
        { name: "a", outcome: "SUPERSEDED", scope: state.scope("a") },
        { name: "z", outcome: "SUPERSEDED", scope: undefined },
      ],
      revision: state.revision,
      contentHash: contentHashFromScratch(state.scopesOf("billing-api")),
    });
  });

  it("that is older is still refused what is not its own", () => {
    register(state, orders, registrationOf(["o"]));
    expect(refusal(registrationOf(["o"], { release: 4 })).reason).toBe("SCOPE_NOT_OWNED");
  });

  it("that is the same or newer registers, and the newest is kept", () => {
    expect(outcomes(registrationOf(["c"], { release: 5 }))).toEqual({ c: "CREATED" });
    register(state, billing, registrationOf(["a"], { release: 6 }));
    expect(state.resourceServer("billing-api")?.release).toBe(6);
  });

  it("that is not given registers, and leaves the stored one", () => {
    register(state, billing, registrationOf(["c"]));
    expect(state.scope("c")).toBeDefined();
    expect(state.resourceServer("billing-api")?.release).toBe(5);
  });

  it("guards its own resource server only", () => {
    expect(outcomes(registrationOf(["o"], { release: 1 }), orders)).toEqual({ o: "CREATED" });
  });
});

describe("an expected revision", () => {
  it("refuses a registration on scopes that have changed since", () => {
    register(state, billing, registrationOf(["a"]));
    register(state, orders, registrationOf(["o"]));
    expect(refusal(registrationOf(["b"], { expectedRevision: 0 }))).toMatchObject({
      reason: "REVISION_MISMATCH",
      metadata: { revision: "1" },
    });
    expect(outcomes(registrationOf(["b"], { expectedRevision: 1 }))).toEqual({ b: "CREATED" });
    expect(outcomes(registrationOf(["b"], { expectedRevision: 99 }))).toEqual({ b: "CREATED" });
  });

  it("of 0 means that the caller has no scope yet", () => {
    register(state, orders, registrationOf(["o"]));
    expect(outcomes(registrationOf(["b"], { expectedRevision: 0 }))).toEqual({ b: "CREATED" });
  });
});

describe("limits of a resource server", () => {
  it("lets it hold 1,000 resources", () => {
    const scopes = Array.from({ length: 50 }, (_, scope) =>
      define(`s${scope}`, { resources: Array.from({ length: 20 }, (_, at) => `urn:r${scope}:${at}`).sort() }),
    );
    register(state, billing, registrationOf(scopes));
    expect(state.resourceServer("billing-api")?.resources).toHaveLength(1_000);
    expect(refusal(registrationOf([define("t", { resources: ["urn:more"] })]))).toMatchObject({
      reason: "REGISTRATION_TOO_LARGE",
      metadata: { limit: "1000" },
    });
  });

  it("refuses a registration that one entry of the log cannot hold", () => {
    const description = "\u{1f511}".repeat(1_000);
    const scopes = Array.from({ length: 3_000 }, (_, at) => define(`s${at}`, { description }));
    expect(refusal(registrationOf(scopes))).toMatchObject({
      reason: "REGISTRATION_TOO_LARGE",
      metadata: { limit: String(MAX_ENTRY_BYTES) },
    });
    expect(plan(state, billing, registrationOf(scopes.slice(0, 2_500))).changes).toHaveLength(2_501);
  });
});

function nextStampOf(view: RegistryState) {
  const { revision, time } = nextStamp(view);
  return { revision, updateTime: time };
}
