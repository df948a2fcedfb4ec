import { aliasesInForce, type ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange, ReservedNameRecord } from "../../store/scope-log.ts";
import { refuseTooLarge } from "../entry-size.ts";
import { refuseForeignInstances, refuseInstancesOfOthers, refusePartedTemplates, templatesAmong } from "../families.ts";
import { MAX_REMOVALS, MAX_RESOURCES_HELD } from "../limits.ts";
import { refuseForeignClaims, refuseUnclaimedNames } from "../new-names.ts";
import { RegistryError } from "../registry-error.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { type Actor, refuseUnlessMay } from "./authority.ts";
import type { ScopesAnswer } from "./governance.ts";
import { noSuchScope } from "./named-scopes.ts";
import { planResourceMoves } from "./resource-moves.ts";

/**
 * Gives scopes, and reserved names, to another resource server. Grants and consents stay: names do not change.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, PREFIX_NOT_OWNED, TEMPLATE_OVERLAP, REGISTRATION_CLOSED, NOT_FOUND, RESOURCE_IN_USE,
 *   REGISTRATION_TOO_LARGE
 */
export function planTransfer(
  view: RegistryView,
  actor: Actor,
  names: readonly string[],
  newOwner: string,
  stamp: Stamp,
): Plan<ScopesAnswer> {
  refuseUnlessMay(view, actor, "transfer", names);
  const unknown = names.filter((name) => view.scope(name) === undefined && view.reservedName(name) === undefined);
  if (unknown.length > 0) throw noSuchScope(view, unknown);
  if (view.resourceServer(newOwner) === undefined && view.scopeCountOf(newOwner) === 0) throw noSuchServer(newOwner);
  const scopes = names.flatMap((name) => view.scope(name) ?? []);
  const reserved = names.flatMap((name) => view.reservedName(name) ?? []);
  const moving = scopes.filter(({ owner }) => owner !== newOwner);
  refuseUnfit(view, newOwner, moving, reserved);
  if (!actor.isAdmin) refuseBurden(view, actor, newOwner, [...moving, ...reserved]);

  const moved = scopes.map((scope) => (scope.owner === newOwner ? scope : given(scope, newOwner, stamp)));
  const changes: RecordChange[] = scopes.flatMap((before, at) => {
    const after = moved[at];
    return after === before ? [] : [{ kind: "scope", name: before.name, before, after }];
  });
  for (const before of reserved.filter(({ owner }) => owner !== newOwner)) {
    const after = { ...before, owner: newOwner, revision: stamp.revision };
    changes.push({ kind: "reservedName", name: before.name, before, after });
  }
  const most = actor.isAdmin ? MAX_RESOURCES_HELD : MAX_RESOURCES_HELD / 2;
  if (changes.length > 0) changes.push(...planResourceMoves(view, moving, newOwner, most, stamp));
  refuseTooLarge(changes, "transfer fewer scopes at once");
  return { changes, answer: { scopes: moved, revision: changes.length > 0 ? stamp.revision : view.revision } };
}

function given(scope: ScopeRecord, owner: string, { time, revision }: Stamp): ScopeRecord {
  return { ...scope, owner, updateTime: time, revision };
}

/** What a resource server could not register it cannot be given either. */
function refuseUnfit(
  view: RegistryView,
  newOwner: string,
  moving: readonly ScopeRecord[],
  reserved: readonly ReservedNameRecord[],
): void {
  const names = [
    ...moving.flatMap((scope) => [scope.name, ...aliasesInForce(scope)]),
    ...reserved.filter(({ owner }) => owner !== newOwner).map(({ name }) => name),
  ];
  refuseForeignClaims(view, newOwner, names);
  const movingNames = new Set(names);
  refuseInstancesOfOthers(view, newOwner, names, "transfer the template too, or leave it there", movingNames);
  const templates = templatesAmong(names);
  if (templates.length === 0) return;
  refusePartedTemplates(view, newOwner, templates, movingNames);
  refuseForeignInstances(view, newOwner, templates, movingNames);
}

/**
 * What only an administrator does to the one who is given scopes, and is not asked: pass by a review of either side, go around
 * what the registry requires of names, or fill what the other may hold.
 */
function refuseBurden(
  view: RegistryView,
  { owner }: Actor,
  newOwner: string,
  given: readonly { readonly name: string }[],
): void {
  for (const name of [owner, newOwner]) {
    const mode = view.resourceServer(name)?.mode ?? "READ_WRITE";
    if (mode === "READ_WRITE") continue;
    throw new RegistryError(
      "REGISTRATION_CLOSED",
      `Resource server ${name} is in mode ${mode}, in which its scopes do not change hands by themselves: ask an administrator`,
    );
  }
  const names = given.map(({ name }) => name);
  refuseUnclaimedNames(view, newOwner, names);
  const count = view.scopeCountOf(newOwner) + names.length;
  if (count > MAX_REMOVALS) {
    throw new RegistryError(
      "REGISTRATION_TOO_LARGE",
      `Resource server ${newOwner} would have ${count} scopes, more than the ${MAX_REMOVALS} that it can be given: ask an administrator`,
      { metadata: { limit: String(MAX_REMOVALS) } },
    );
  }
}

function noSuchServer(name: string): RegistryError {
  return new RegistryError(
    "NOT_FOUND",
    `The registry knows no resource server ${name}: let it register first, or set it by SetResourceServer`,
    { metadata: { names: name } },
  );
}
