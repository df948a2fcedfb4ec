import { createHash } from "node:crypto";
import type { ConsentText, ScopeRecord } from "@scope-registry/client/judging";
import fc from "fast-check";
import type { CallDeadline } from "../../src/registry/call-deadline.ts";
import type { Actor } from "../../src/registry/governance/authority.ts";
import { planRegistration } from "../../src/registry/plan-registration.ts";
import type { Registration, RegistrationAnswer, ScopeDefinition } from "../../src/registry/registration.ts";
import { RegistryError } from "../../src/registry/registry-error.ts";
import type { RegistryState } from "../../src/registry/registry-state.ts";
import type { Plan, RegistryView, Stamp } from "../../src/registry/registry-view.ts";
import type { LogEntry } from "../../src/store/scope-log.ts";

/** The scope that lets a caller make its scopes defaults, in these tests. */
export const DEFAULTS_SCOPE = "scope_registry.register_default";

/** A deadline that does not come. */
export const NO_HURRY: CallDeadline = { expiresAt: undefined, signal: new AbortController().signal };

/** The deadline of a caller that does not say when it gives up, and does so when told. */
export function newDeadline(): CallDeadline & { abort(): void } {
  const controller = new AbortController();
  return { expiresAt: undefined, signal: controller.signal, abort: () => controller.abort() };
}

/** A definition that says no more than it must. */
export function define(name: string, changes: Partial<ScopeDefinition> = {}): ScopeDefinition {
  return {
    name,
    description: `Allows ${name}`,
    isDefault: undefined,
    restricted: undefined,
    resources: [],
    consentTexts: {},
    deprecated: undefined,
    replacedBy: undefined,
    sunsetTime: undefined,
    unlisted: undefined,
    aliases: [],
    ...changes,
  };
}

/** A registration of these scopes, given as names or as definitions. */
export function registrationOf(
  scopes: readonly (string | ScopeDefinition)[],
  changes: Partial<Registration> = {},
): Registration {
  return {
    scopes: scopes.map((scope) => (typeof scope === "string" ? define(scope) : scope)),
    mode: "MERGE",
    release: 0,
    validateOnly: false,
    displayName: "",
    expectedRevision: undefined,
    ...changes,
  };
}

/** A resource server that may do what every one may. */
export function owner(name: string, mayRegisterDefaults = false): Actor {
  return { owner: name, isAdmin: false, mayRegisterDefaults };
}

/** Who governs the registry. */
export const ADMIN: Actor = { owner: "operator", isAdmin: true, mayRegisterDefaults: false };

/** The stamp of the revision that comes after a state's. */
export function nextStamp(view: RegistryView): Stamp {
  const revision = view.revision + 1;
  return { revision, time: 1_700_000_000_000 + revision * 1_000 };
}

/** What a registration would do to a state. */
export function plan(view: RegistryView, registrant: Actor, registration: Registration): Plan<RegistrationAnswer> {
  return planRegistration(view, registrant, registration, nextStamp(view), DEFAULTS_SCOPE);
}

/** The entry that a plan is committed as. */
export function entryOf(view: RegistryView, actor: string, { changes }: Plan<unknown>): LogEntry {
  const { revision, time } = nextStamp(view);
  return {
    revision,
    time,
    actor,
    resourceServer: actor,
    kind: "REGISTRATION",
    requestId: `request ${revision}`,
    changes,
  };
}

/** Plans a registration and applies it, as the registry does; undefined if it is refused. */
export function register(
  state: RegistryState,
  registrant: Actor,
  registration: Registration,
): RegistrationAnswer | undefined {
  const planned = planUnlessRefused(state, registrant, registration);
  if (planned === undefined) return undefined;
  if (planned.changes.length > 0 && !registration.validateOnly) {
    state.apply(entryOf(state, registrant.owner, planned));
  }
  return planned.answer;
}

/** What a registration would do; undefined if it is refused. */
export function planUnlessRefused(
  view: RegistryView,
  registrant: Actor,
  registration: Registration,
): Plan<RegistrationAnswer> | undefined {
  try {
    return plan(view, registrant, registration);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** The content hash of scopes as `docs/architecture.md` defines it, computed without the registry's own code. */
export function contentHashFromScratch(scopes: readonly ScopeRecord[]): string {
  const digest = Buffer.alloc(32);
  for (const scope of scopes.filter(({ state }) => state !== "DISABLED")) {
    const texts = Object.keys(scope.consentTexts).sort();
    const fields = [
      ...[scope.name, scope.description, scope.isDefault, scope.restricted, scope.resources],
      texts.map((tag) => [tag, scope.consentTexts[tag]?.title, scope.consentTexts[tag]?.description]),
      ...[scope.deprecated, scope.replacedBy, scope.sunsetTime ?? null, scope.unlisted, scope.aliases],
    ];
    const own = createHash("sha256").update(JSON.stringify(fields)).digest();
    for (const [at, byte] of own.entries()) digest[at] = (digest[at] ?? 0) ^ byte;
  }
  return `xor-sha256:${digest.toString("hex")}`;
}

const left = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const consentText: fc.Arbitrary<ConsentText> = fc.record({
  title: fc.constantFrom("Read", "Lesen"),
  description: fc.constantFrom("", "All of it"),
});

/** Owners few enough to get in each other's way. */
export const anyOwner = fc.constantFrom("alpha-api", "beta-api", "gamma-api");

/** Definitions of few names, so that registrations meet. */
export const anyDefinition: fc.Arbitrary<ScopeDefinition> = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  description: fc.constantFrom("Reads", "Writes"),
  isDefault: left(fc.boolean()),
  restricted: left(fc.boolean()),
  resources: fc
    .uniqueArray(fc.constantFrom("urn:one", "urn:two", "urn:three", "urn:four"), { maxLength: 2 })
    .map((uris) => uris.sort()),
  consentTexts: fc.dictionary(fc.constantFrom("de", "en"), consentText, { noNullPrototype: true, maxKeys: 2 }),
  deprecated: left(fc.boolean()),
  replacedBy: left(fc.constantFrom("", "new.name")),
  sunsetTime: left(fc.constantFrom(0, 1_900_000_000_000)),
  unlisted: left(fc.boolean()),
  aliases: fc.uniqueArray(fc.constantFrom("old.a", "old.b", "old.c"), { maxLength: 1 }),
});

/** Registrations of those, as `checkRegistration` lets them pass. */
export const anyRegistration: fc.Arbitrary<Registration> = fc.record({
  scopes: fc
    .uniqueArray(anyDefinition, { selector: ({ name }) => name, minLength: 1, maxLength: 4 })
    .map((scopes) => scopes.map((scope, at) => ({ ...scope, aliases: at === 0 ? scope.aliases : [] }))),
  mode: fc.constantFrom("MERGE", "MERGE", "REPLACE"),
  release: fc.constantFrom(0, 0, 0, 1, 2, 3),
  validateOnly: fc.nat(5).map((number) => number === 0),
  displayName: fc.constantFrom("", "", "Alpha"),
  expectedRevision: fc.constantFrom(undefined, undefined, undefined, 0, 2, 5),
});

/** Resource servers, with the right to set defaults or without. */
export const anyRegistrant: fc.Arbitrary<Actor> = fc.record({
  owner: anyOwner,
  isAdmin: fc.constant(false),
  mayRegisterDefaults: fc.boolean(),
});

/** Registrations and who makes them, one after the other. */
export const anyHistory = fc.array(
  fc.record({
    registrant: anyRegistrant,
    registration: anyRegistration,
  }),
  { maxLength: 12 },
);
