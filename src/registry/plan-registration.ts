import type { ConsentText, ScopeRecord } from "@scope-registry/client/judging";
import { MAX_ENTRY_BYTES, type RecordChange, type ResourceServerRecord } from "../store/scope-log.ts";
import { formatContentHash, scopeDigest } from "./content-hash.ts";
import { MAX_REMOVALS, MAX_RESOURCES_HELD } from "./limits.ts";
import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import { refuseForeignNames, refuseForeignResources } from "./ownership.ts";
import { estimateEntryBytes } from "./record-size.ts";
import type {
  Registrant,
  Registration,
  RegistrationAnswer,
  RegistrationResult,
  ScopeDefinition,
} from "./registration.ts";
import { RegistryError } from "./registry-error.ts";
import type { Plan, RegistryView, Stamp } from "./registry-view.ts";

/**
 * Decides what a registration does: pure, on one state, all of it or a refusal.
 *
 * @param registration as `checkRegistration` returns it
 * @param defaultsScope the name of the scope that lets a caller make its scopes defaults, for the refusal
 * @throws {RegistryError} SCOPE_NOT_OWNED, RESOURCE_NOT_OWNED, SCOPE_MISSING, REVISION_MISMATCH, REGISTRATION_TOO_LARGE
 */
export function planRegistration(
  view: RegistryView,
  registrant: Registrant,
  registration: Registration,
  stamp: Stamp,
  defaultsScope: string,
): Plan<RegistrationAnswer> {
  const { owner } = registrant;
  refuseForeignNames(view, owner, registration.scopes);
  refuseForeignResources(view, owner, registration.scopes);
  refuseChangedScopes(view, owner, registration.expectedRevision);
  const server = view.resourceServer(owner);
  if (registration.release > 0 && registration.release < (server?.release ?? 0)) {
    return { changes: [], answer: superseded(view, owner, registration) };
  }

  const results = registration.scopes.map((definition) => planScope(view, owner, registration, definition, stamp));
  if (registration.mode === "REPLACE") results.push(...planRemovals(view, owner, registration, stamp));
  refuseNewDefaults(view, registrant, results, defaultsScope);

  const changes = results.filter(isChange).map((result) => scopeChange(view, result));
  const serverChange = planResourceServer(server, owner, registration, changes.length > 0, stamp);
  if (serverChange !== undefined) changes.push(serverChange);
  refuseTooLarge(changes);
  return {
    changes,
    answer: {
      results,
      revision: changes.length > 0 && !registration.validateOnly ? stamp.revision : view.revision,
      contentHash: formatContentHash(digestAfter(view, owner, changes)),
    },
  };
}

function planScope(
  view: RegistryView,
  owner: string,
  { mode }: Registration,
  definition: ScopeDefinition,
  stamp: Stamp,
): RegistrationResult {
  const before = view.scope(definition.name);
  // On the wire an empty list and one that is left out are the same: the mode decides what it means.
  const lists = mode === "MERGE" ? before : undefined;
  const deprecated = definition.deprecated ?? before?.deprecated ?? false;
  const hasTexts = Object.keys(definition.consentTexts).length > 0;
  const after: ScopeRecord = {
    name: definition.name,
    description: definition.description,
    isDefault: definition.isDefault ?? before?.isDefault ?? false,
    owner,
    state: deprecated ? "DEPRECATED" : "ACTIVE",
    restricted: definition.restricted ?? before?.restricted ?? false,
    resources: definition.resources.length > 0 ? definition.resources : (lists?.resources ?? []),
    consentTexts: hasTexts ? definition.consentTexts : (lists?.consentTexts ?? {}),
    deprecated,
    replacedBy: definition.replacedBy ?? before?.replacedBy ?? "",
    sunsetTime: definition.sunsetTime ?? (definition.deprecated === false ? undefined : before?.sunsetTime),
    unlisted: definition.unlisted ?? before?.unlisted ?? false,
    createTime: before?.createTime ?? stamp.time,
    updateTime: stamp.time,
    revision: stamp.revision,
  };
  if (before === undefined) return { name: after.name, outcome: "CREATED", scope: after };
  if (sameDefinition(before, after)) return { name: after.name, outcome: "UNCHANGED", scope: before };
  return { name: after.name, outcome: "UPDATED", scope: after };
}

/** REPLACE disables the owner's scopes that the request does not name; those that are disabled already stay as they are. */
function planRemovals(
  view: RegistryView,
  owner: string,
  { scopes }: Registration,
  stamp: Stamp,
): readonly RegistrationResult[] {
  const named = new Set(scopes.map(({ name }) => name));
  const missing = view.scopesOf(owner).filter((scope) => !named.has(scope.name) && scope.state !== "DISABLED");
  if (missing.length > MAX_REMOVALS) {
    throw new RegistryError(
      "REGISTRATION_TOO_LARGE",
      `REPLACE would disable ${missing.length} scopes at once, more than ${MAX_REMOVALS}: name those that are to stay`,
      { metadata: { limit: String(MAX_REMOVALS) } },
    );
  }
  return missing.map((scope) => ({
    name: scope.name,
    outcome: "DISABLED",
    scope: { ...scope, state: "DISABLED", updateTime: stamp.time, revision: stamp.revision },
  }));
}

function planResourceServer(
  before: ResourceServerRecord | undefined,
  owner: string,
  { scopes, displayName, release }: Registration,
  scopesChange: boolean,
  stamp: Stamp,
): RecordChange | undefined {
  const held = before?.resources ?? [];
  const claimed = [...new Set(scopes.flatMap((scope) => scope.resources))].filter((uri) => !held.includes(uri));
  if (held.length + claimed.length > MAX_RESOURCES_HELD) {
    throw new RegistryError(
      "REGISTRATION_TOO_LARGE",
      `Resource server ${owner} would hold ${held.length + claimed.length} resources: at most ${MAX_RESOURCES_HELD} are allowed`,
      { metadata: { limit: String(MAX_RESOURCES_HELD) } },
    );
  }
  const after: ResourceServerRecord = {
    name: owner,
    displayName: displayName === "" ? (before?.displayName ?? "") : displayName,
    release: Math.max(release, before?.release ?? 0),
    resources: claimed.length > 0 ? [...held, ...claimed] : held,
    createTime: before?.createTime ?? stamp.time,
    updateTime: stamp.time,
    revision: stamp.revision,
  };
  const same =
    before === undefined
      ? !scopesChange && after.displayName === "" && after.release === 0
      : after.displayName === before.displayName && after.release === before.release && claimed.length === 0;
  return same ? undefined : { kind: "resourceServer", name: owner, before, after };
}

function superseded(view: RegistryView, owner: string, { scopes }: Registration): RegistrationAnswer {
  return {
    results: scopes.map(({ name }) => ({ name, outcome: "SUPERSEDED", scope: view.scope(name) })),
    revision: view.revision,
    contentHash: formatContentHash(view.contentDigestOf(owner)),
  };
}

function refuseChangedScopes(view: RegistryView, owner: string, expected: number | undefined): void {
  const revision = view.lastChangeOf(owner);
  if (expected === undefined || revision <= expected) return;
  throw new RegistryError(
    "REVISION_MISMATCH",
    `Scopes of ${owner} have changed at revision ${revision}, after the expected revision ${expected}: read them and try again`,
    { metadata: { revision: String(revision) } },
  );
}

/** A default that is new or reaches further widens what every client gets, so that owning it is not enough. */
function refuseNewDefaults(
  view: RegistryView,
  registrant: Registrant,
  results: readonly RegistrationResult[],
  defaultsScope: string,
): void {
  if (registrant.mayRegisterDefaults) return;
  const widened = results.filter(({ name, scope }) => widensDefaults(view.scope(name), scope));
  const names = widened.map(({ name }) => name);
  if (names.length === 0) return;
  throw new RegistryError(
    "SCOPE_MISSING",
    `Making a scope a default, or widening one, needs a token with scope ${defaultsScope}: ask for one, or set is_default to false for ${namesInMessage(names)}`,
    { metadata: { scope: defaultsScope, ...namesInMetadata("scopes", names) } },
  );
}

/** Whether some request gets the scope unasked that did not get it before. */
function widensDefaults(before: ScopeRecord | undefined, after: ScopeRecord | undefined): boolean {
  if (!isValidDefault(after)) return false;
  if (!isValidDefault(before) || (before.restricted && !after.restricted)) return true;
  // One that is tied to nothing does not reach where others are tied, so that tying it widens it as well.
  if (after.resources.length === 0) return before.resources.length > 0;
  return after.resources.some((uri) => !before.resources.includes(uri));
}

function isValidDefault(scope: ScopeRecord | undefined): scope is ScopeRecord {
  return scope?.isDefault === true && scope.state !== "DISABLED";
}

function refuseTooLarge(changes: readonly RecordChange[]): void {
  const bytes = estimateEntryBytes(changes);
  if (bytes <= MAX_ENTRY_BYTES) return;
  throw new RegistryError(
    "REGISTRATION_TOO_LARGE",
    `The registration changes ${changes.length} records of about ${bytes} bytes, more than the ${MAX_ENTRY_BYTES} that one revision holds: register, or leave out, fewer scopes at once`,
    { metadata: { limit: String(MAX_ENTRY_BYTES) } },
  );
}

function isChange({ outcome }: RegistrationResult): boolean {
  return outcome === "CREATED" || outcome === "UPDATED" || outcome === "DISABLED";
}

function scopeChange(view: RegistryView, { name, scope }: RegistrationResult): RecordChange {
  return { kind: "scope", name, before: view.scope(name), after: scope };
}

function digestAfter(view: RegistryView, owner: string, changes: readonly RecordChange[]): bigint {
  let digest = view.contentDigestOf(owner);
  for (const change of changes) {
    if (change.kind === "scope") digest ^= scopeDigest(change.before) ^ scopeDigest(change.after);
  }
  return digest;
}

function sameDefinition(a: ScopeRecord, b: ScopeRecord): boolean {
  return (
    a.description === b.description &&
    a.isDefault === b.isDefault &&
    a.state === b.state &&
    a.restricted === b.restricted &&
    a.deprecated === b.deprecated &&
    a.replacedBy === b.replacedBy &&
    a.sunsetTime === b.sunsetTime &&
    a.unlisted === b.unlisted &&
    sameList(a.resources, b.resources) &&
    sameTexts(a.consentTexts, b.consentTexts)
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

function sameTexts(a: Readonly<Record<string, ConsentText>>, b: Readonly<Record<string, ConsentText>>): boolean {
  const tags = Object.keys(a);
  return (
    tags.length === Object.keys(b).length &&
    tags.every((tag) => a[tag]?.title === b[tag]?.title && a[tag]?.description === b[tag]?.description)
  );
}
