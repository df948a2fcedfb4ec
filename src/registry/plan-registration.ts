import type { RecordChange, ResourceServerRecord } from "../store/scope-log.ts";
import { formatContentHash, scopeDigest } from "./content-hash.ts";
import { refuseTooLarge } from "./entry-size.ts";
import { type Actor, refuseIfReadOnly, refuseUnlessMay } from "./governance/authority.ts";
import { MAX_REMOVALS } from "./limits.ts";
import { planNameMoves } from "./name-moves.ts";
import { refuseNewDefaults } from "./new-defaults.ts";
import { refuseUnfitNames } from "./new-names.ts";
import { type PlannedScope, planScope } from "./plan-scope.ts";
import type { Registration, RegistrationAnswer, ScopeDefinition } from "./registration.ts";
import { RegistryError } from "./registry-error.ts";
import type { Plan, RegistryView, Stamp } from "./registry-view.ts";
import { refuseForeignResources, refuseTooManyResources, resourcesInForce } from "./resource-ownership.ts";
import { newResourceServer } from "./resource-server-record.ts";
import { disabledScope } from "./review.ts";

/**
 * Decides what a registration does: pure, on one state, all of it or a refusal.
 *
 * @param registration as `checkRegistration` returns it
 * @param defaultsScope the name of the scope that lets a caller make its scopes defaults, for the refusal
 * @throws {RegistryError} SCOPE_NOT_OWNED, PREFIX_NOT_OWNED, RESOURCE_NOT_OWNED, SCOPE_MISSING, REGISTRATION_CLOSED,
 *   TEMPLATE_OVERLAP, NAME_IN_USE, REVISION_MISMATCH, REGISTRATION_TOO_LARGE
 */
export function planRegistration(
  view: RegistryView,
  actor: Actor,
  registration: Registration,
  stamp: Stamp,
  defaultsScope: string,
): Plan<RegistrationAnswer> {
  const { owner } = actor;
  const { scopes } = registration;
  refuseUnlessMay(view, actor, "register", scopes.flatMap(namesIn));
  refuseForeignResources(
    view,
    owner,
    scopes.flatMap(({ resources }) => resources),
  );
  refuseChangedScopes(view, owner, registration.expectedRevision);
  const server = view.resourceServer(owner);
  if (registration.release > 0 && registration.release < (server?.release ?? 0)) {
    return { changes: [], answer: superseded(view, owner, registration) };
  }
  // What waits for a review is checked again when it is approved: here, so that it does not wait in vain.
  if (server?.mode === "REVIEW") refuseUnfitNames(view, owner, scopes.flatMap(namesIn));

  const planned = scopes.map((definition) => planDefinition(view, owner, registration, definition, stamp));
  if (registration.mode === "REPLACE") planned.push(...planRemovals(view, owner, planned, stamp));
  const steps = planned.filter(isChange).map(({ before, scope }) => ({ before, after: scope }));
  refuseNewDefaults(view, actor, steps, defaultsScope);

  const changes: RecordChange[] = planned.filter(isChange).map(scopeChange);
  const keeping = scopes.map(({ name }) => name);
  changes.push(...planNameMoves(view, steps, stamp, { keeping }));
  const resources = planned.flatMap(({ scope }) => (scope === undefined ? [] : resourcesInForce(scope)));
  // Also what is kept from an earlier registration that waited for a review: another may hold it by now.
  refuseForeignResources(view, owner, resources);
  const serverChange = planResourceServer(server, owner, registration, resources, changes.length > 0, stamp);
  if (serverChange !== undefined) changes.push(serverChange);
  if (changes.length > 0) refuseIfReadOnly(view, owner);
  refuseTooLarge(changes, "register, or leave out, fewer scopes at once");
  return {
    changes,
    answer: {
      results: planned.map(({ name, outcome, scope }) => ({ name, outcome, scope })),
      revision: changes.length > 0 && !registration.validateOnly ? stamp.revision : view.revision,
      contentHash: formatContentHash(digestAfter(view, owner, changes)),
    },
  };
}

function namesIn({ name, aliases }: ScopeDefinition): readonly string[] {
  return aliases.length === 0 ? [name] : [name, ...aliases];
}

/**
 * A definition under what is the alias of another scope by now comes from before the renaming (an old replica that restarts
 * in the middle of a rolling deployment): the scope goes before it. Unless the same request takes the alias away.
 */
function planDefinition(
  view: RegistryView,
  owner: string,
  { mode, scopes }: Registration,
  definition: ScopeDefinition,
  stamp: Stamp,
): PlannedScope {
  const renamed = view.scope(definition.name) === undefined ? view.aliasHolder(definition.name) : undefined;
  if (renamed === undefined) return planScope(view, owner, mode, definition, stamp);
  const redefined = scopes.find(({ name }) => name === renamed.name);
  const isReplaced = scopes.some(({ aliases }) => aliases.includes(renamed.name));
  const keepsAlias =
    redefined === undefined ||
    (redefined.aliases.length === 0 ? mode === "MERGE" : redefined.aliases.includes(definition.name));
  if (isReplaced || !keepsAlias) return planScope(view, owner, mode, definition, stamp);
  return { name: definition.name, outcome: "SUPERSEDED", before: undefined, scope: renamed };
}

/** REPLACE disables the owner's scopes that the request does not name; those that are disabled already stay as they are. */
function planRemovals(
  view: RegistryView,
  owner: string,
  planned: readonly PlannedScope[],
  stamp: Stamp,
): readonly PlannedScope[] {
  // By an alias, old or new, a scope is named too.
  const named = new Set(planned.flatMap(({ name, scope }) => [name, scope?.name ?? name, ...(scope?.aliases ?? [])]));
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
    before: scope,
    scope: disabledScope(scope, false, stamp),
  }));
}

function planResourceServer(
  before: ResourceServerRecord | undefined,
  owner: string,
  { displayName, release }: Registration,
  resources: readonly string[],
  scopesChange: boolean,
  stamp: Stamp,
): RecordChange | undefined {
  const held = before?.resources ?? [];
  const claimed = [...new Set(resources)].filter((uri) => !held.includes(uri));
  refuseTooManyResources(owner, held.length + claimed.length);
  const after: ResourceServerRecord = {
    ...(before ?? newResourceServer(owner, stamp)),
    ...(displayName !== "" && { displayName }),
    release: Math.max(release, before?.release ?? 0),
    resources: claimed.length > 0 ? [...held, ...claimed] : held,
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

function isChange({ outcome }: PlannedScope): boolean {
  return outcome === "CREATED" || outcome === "UPDATED" || outcome === "DISABLED";
}

function scopeChange({ name, before, scope }: PlannedScope): RecordChange {
  return { kind: "scope", name, before, after: scope };
}

function digestAfter(view: RegistryView, owner: string, changes: readonly RecordChange[]): bigint {
  let digest = view.contentDigestOf(owner);
  for (const change of changes) {
    if (change.kind === "scope") digest ^= scopeDigest(change.before) ^ scopeDigest(change.after);
  }
  return digest;
}
