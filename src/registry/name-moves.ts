import { aliasesInForce, type ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange } from "../store/scope-log.ts";
import { namesInMessage, namesInMetadata } from "./listed-names.ts";
import { holderOfName } from "./name-holders.ts";
import { refuseUnfitNames } from "./new-names.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryView, Stamp } from "./registry-view.ts";

/** A scope before and after a plan. */
export interface ScopeStep {
  readonly before: ScopeRecord | undefined;
  readonly after: ScopeRecord | undefined;
}

/** How names may move. */
export interface NameMoveOptions {
  /** Names of scopes that stay beside those of the steps: no other scope takes their place. */
  readonly keeping?: readonly string[];
  /** Whether a name that is let go may be valid again, as an instance of a template of its owner's. */
  readonly mayBecomeInstances?: boolean;
}

/** Names, and whose they are to be or were. */
type OwnedNames = Map<string, string>;

/**
 * What becomes of names when scopes change: a name that a scope takes is no longer reserved, and a scope that was registered
 * under an alias ends; a name that is let go stays reserved to its owner.
 *
 * @returns the changes beside those of the scopes themselves
 * @throws {RegistryError} NAME_IN_USE if somebody else has a name, another scope has it as an alias, or a scope is registered
 *   under it that must stay, or a name that is let go would be an instance of a template; PREFIX_NOT_OWNED, SCOPE_NOT_OWNED, TEMPLATE_OVERLAP, REGISTRATION_TOO_LARGE for a name that may not
 *   be taken although it is free
 */
export function planNameMoves(
  view: RegistryView,
  steps: readonly ScopeStep[],
  stamp: Stamp,
  { keeping = [], mayBecomeInstances = false }: NameMoveOptions = {},
): readonly RecordChange[] {
  const { lost, gained } = movesOf(steps);
  refuseTakenNames(view, gained);
  const changes: RecordChange[] = [];
  const inUse: string[] = [];
  const kept = new Set([...keeping, ...steps.flatMap(({ after }) => after?.name ?? [])]);
  // The scopes whose place others take: their own aliases are free to be taken along.
  const ending = new Set([...gained.keys()].filter((name) => !lost.has(name) && view.scope(name) !== undefined));
  for (const name of gained.keys()) {
    const reserved = view.reservedName(name);
    if (reserved !== undefined) changes.push({ kind: "reservedName", name, before: reserved, after: undefined });
    const holder = holderOfName(view, name)?.scope;
    if (lost.delete(name) || holder === undefined) continue;
    if (holder.name !== name && ending.has(holder.name)) continue;
    if (holder.name !== name || holder.disabledByAdmin || kept.has(name)) {
      inUse.push(name);
      continue;
    }
    changes.push({ kind: "scope", name, before: holder, after: undefined });
    for (const alias of aliasesInForce(holder)) if (!gained.has(alias)) lost.set(alias, holder.owner);
  }
  if (inUse.length > 0) throw nameInUse(inUse);
  if (!mayBecomeInstances) refuseNewInstances(view, lost);
  for (const [name, owner] of lost) {
    const after = { name, owner, createTime: stamp.time, revision: stamp.revision };
    changes.push({ kind: "reservedName", name, before: undefined, after });
  }
  return changes;
}

function movesOf(steps: readonly ScopeStep[]): { lost: OwnedNames; gained: OwnedNames } {
  const lost: OwnedNames = new Map();
  const gained: OwnedNames = new Map();
  const twice: string[] = [];
  for (const { before, after } of steps) {
    const taken = new Set(namesOf(after));
    for (const name of namesOf(before)) if (!taken.delete(name)) lost.set(name, before?.owner ?? "");
    for (const name of taken) {
      if (gained.has(name)) twice.push(name);
      gained.set(name, after?.owner ?? "");
    }
  }
  if (twice.length > 0) throw nameInUse(twice);
  return { lost, gained };
}

function namesOf(scope: ScopeRecord | undefined): readonly string[] {
  return scope === undefined ? [] : [scope.name, ...aliasesInForce(scope)];
}

/** What waited for a review, or was kept from an earlier registration, may have been taken meanwhile. */
function refuseTakenNames(view: RegistryView, gained: OwnedNames): void {
  for (const owner of new Set(gained.values())) {
    const names = [...gained.keys()].filter((name) => gained.get(name) === owner);
    const taken = names.filter((name) => ![undefined, owner].includes(holderOfName(view, name)?.owner));
    if (taken.length > 0) throw nameInUse(taken);
    refuseUnfitNames(view, owner, names);
  }
}

/** A name that is let go under a template of its owner's would be valid again, as an instance: who retires it seldom means that. */
function refuseNewInstances(view: RegistryView, lost: OwnedNames): void {
  for (const name of lost.keys()) {
    const template = view.matchTemplate(name);
    if (template === undefined || lost.has(template.name)) continue;
    throw new RegistryError(
      "NAME_IN_USE",
      `${name} would be valid again, as an instance of ${template.name}: keep it disabled, or as an alias; an administrator may delete it with force`,
      { metadata: { scopes: name } },
    );
  }
}

function nameInUse(names: readonly string[]): RegistryError {
  return new RegistryError(
    "NAME_IN_USE",
    `${namesInMessage(names)} is in use: as another alias, by another resource server, or as a scope that an administrator has disabled`,
    { metadata: namesInMetadata("scopes", names) },
  );
}
