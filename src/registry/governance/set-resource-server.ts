import type { ResourceServerRecord } from "../../store/scope-log.ts";
import { refuseTooLarge } from "../entry-size.ts";
import { holderOfName } from "../name-holders.ts";
import { RegistryError } from "../registry-error.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { resourceIdentity } from "../resource-identity.ts";
import { newResourceServer } from "../resource-server-record.ts";
import { sameList } from "../same-list.ts";
import { type Actor, refuseUnlessAdmin } from "./authority.ts";
import type { CheckedSettings } from "./check-resource-server.ts";
import { refuseChangedSince } from "./named-scopes.ts";
import { resourceInUse, tiedTo } from "./resource-moves.ts";

/**
 * Sets what a resource server may register.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, REVISION_MISMATCH, PREFIX_TAKEN, RESOURCE_TAKEN, RESOURCE_IN_USE,
 *   REGISTRATION_TOO_LARGE
 */
export function planServerSettings(
  view: RegistryView,
  actor: Actor,
  settings: CheckedSettings,
  expected: number | undefined,
  stamp: Stamp,
): Plan<undefined> {
  refuseUnlessAdmin(actor);
  const { name } = settings;
  const before = view.resourceServer(name);
  const revision = Math.max(before?.revision ?? 0, view.lastChangeOf(name));
  refuseChangedSince(`Resource server ${name}`, revision, expected);
  const held = before?.namePrefixes ?? [];
  for (const prefix of settings.namePrefixes) if (!held.includes(prefix)) refuseTakenPrefix(view, name, prefix);
  refuseTakenResources(view, name, settings.resources);
  refuseLeftOutResources(view, name, settings.resources);

  const { time: updateTime, revision: stamped } = stamp;
  const after = { ...(before ?? newResourceServer(name, stamp)), ...settings, updateTime, revision: stamped };
  if (before !== undefined && sameSettings(before, after)) return { changes: [], answer: undefined };
  const changes = [{ kind: "resourceServer", name, before, after } as const];
  refuseTooLarge(changes, "let it hold fewer resources");
  return { changes, answer: undefined };
}

function refuseTakenPrefix(view: RegistryView, name: string, prefix: string): void {
  const claims = [view.claimOver(prefix), ...view.claimsUnder(prefix)];
  const claim = claims.find((each) => each !== undefined && each.holder !== name);
  if (claim !== undefined) {
    throw prefixTaken(prefix, claim.holder, `overlaps the prefix ${claim.prefix} of ${claim.holder}`);
  }
  for (const under of view.namesUnder(prefix)) {
    const owner = holderOfName(view, under)?.owner;
    if (owner !== undefined && owner !== name)
      throw prefixTaken(prefix, owner, `has the name ${under} under it`, owner);
  }
  // A template whose text ends within the prefix stands for names under it too.
  for (let length = 1; length <= prefix.length; length++) {
    for (const template of view.namesUnder(`${prefix.slice(0, length)}{`)) {
      const owner = holderOfName(view, template)?.owner;
      if (owner !== undefined && owner !== name) {
        throw prefixTaken(prefix, owner, `has the template ${template}, which stands for names under it`, owner);
      }
    }
  }
}

function prefixTaken(prefix: string, holder: string, why: string, who?: string): RegistryError {
  const message =
    who === undefined
      ? `Prefix ${prefix} ${why}: choose another one`
      : `Prefix ${prefix} is not free, ${who === "" ? "the registry itself" : who} ${why}: transfer or release that first`;
  return new RegistryError("PREFIX_TAKEN", message, { metadata: { prefix, holder } });
}

function refuseTakenResources(view: RegistryView, name: string, resources: readonly string[]): void {
  for (const resource of resources) {
    const holder = view.holderOf(resource);
    if (holder === undefined || holder === name) continue;
    throw new RegistryError(
      "RESOURCE_TAKEN",
      `Resource ${resource} is held by ${holder}, in this or another spelling: take it from there first`,
      { metadata: { resource, holder } },
    );
  }
}

function refuseLeftOutResources(view: RegistryView, name: string, resources: readonly string[]): void {
  const kept = new Set(resources.map(resourceIdentity));
  const left = (view.resourceServer(name)?.resources ?? []).map(resourceIdentity).filter((uri) => !kept.has(uri));
  if (left.length === 0) return;
  for (const scope of view.scopesOf(name)) {
    const missing = tiedTo(scope).find((uri) => left.includes(resourceIdentity(uri)));
    if (missing !== undefined)
      throw resourceInUse([scope], missing, "list it among the resources, or tie the scope to others");
  }
}

function sameSettings(a: ResourceServerRecord, b: ResourceServerRecord): boolean {
  return (
    a.displayName === b.displayName &&
    a.contact === b.contact &&
    a.mode === b.mode &&
    a.maySetDefaults === b.maySetDefaults &&
    sameList(a.resources, b.resources) &&
    sameList(a.namePrefixes, b.namePrefixes)
  );
}
