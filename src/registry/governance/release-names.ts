import { TemplateIndex } from "@scope-registry/client/judging";
import { MAX_ENTRY_BYTES, type RecordChange } from "../../store/scope-log.ts";
import { templatesAmong } from "../families.ts";
import { namesInMessage, namesInMetadata } from "../listed-names.ts";
import { holderOfName } from "../name-holders.ts";
import { estimateEntryBytes } from "../record-size.ts";
import { RegistryError } from "../registry-error.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { scopeMeant } from "../scope-meant.ts";
import { type Actor, refuseUnlessAdmin, refuseUnlessMay } from "./authority.ts";
import { clientChange, withLists } from "./client-record.ts";

/** How much one entry forgets of clients: there may be more of them than one entry can hold. */
const MAX_FORGOTTEN_BYTES = MAX_ENTRY_BYTES / 2;

/** How far a release has come. */
export interface ReleaseProgress {
  readonly revision: number;
  /** Whether the names are free. Until then only grants are forgotten: the plan is to be made again. */
  readonly isDone: boolean;
}

/**
 * Frees reserved names. Grants for them, and clients' own defaults, go before them, in as many entries as that takes: whoever
 * registers a name next has not given them. Names that nobody has are passed over.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, NAME_IN_USE
 */
export function planRelease(
  view: RegistryView,
  actor: Actor,
  names: readonly string[],
  stamp: Stamp,
): Plan<ReleaseProgress> {
  refuseUnlessAdmin(actor);
  refuseUnlessMay(view, actor, "release", names);
  const inUse = names.filter((name) => (holderOfName(view, name)?.as ?? "reservedName") !== "reservedName");
  if (inUse.length > 0) {
    throw new RegistryError(
      "NAME_IN_USE",
      `${namesInMessage(inUse)} is the name or an alias of a scope: delete that first`,
      { metadata: namesInMetadata("scopes", inUse) },
    );
  }
  const reserved = names.flatMap((name) => view.reservedName(name) ?? []);
  const changes: RecordChange[] = [];
  let bytes = 0;
  for (const change of planForgetting(view, new Set(reserved.map(({ name }) => name)), stamp)) {
    bytes += estimateEntryBytes([change]);
    if (bytes > MAX_FORGOTTEN_BYTES) return { changes, answer: { revision: stamp.revision, isDone: false } };
    changes.push(change);
  }
  for (const before of reserved) changes.push({ kind: "reservedName", name: before.name, before, after: undefined });
  return { changes, answer: { revision: changes.length > 0 ? stamp.revision : view.revision, isDone: true } };
}

/** Takes what goes with names out of all clients' grants and defaults. */
function* planForgetting(view: RegistryView, names: ReadonlySet<string>, stamp: Stamp): Generator<RecordChange> {
  const going = goingWith(view, names);
  if (going.size === 0) return;
  const stays = (name: string) => !going.has(name);
  for (const client of view.clientRecords()) {
    const { grantedScopes, defaultScopes } = client;
    if (grantedScopes.every(stays) && defaultScopes.every(stays)) continue;
    const lists = { grantedScopes: grantedScopes.filter(stays), defaultScopes: defaultScopes.filter(stays) };
    yield clientChange(client, withLists(client.clientId, client, lists, stamp));
  }
}

/** The names in clients' lists that go: those released, and what was an instance of a released template and is nothing else. */
function goingWith(view: RegistryView, names: ReadonlySet<string>): ReadonlySet<string> {
  const isNamed = (name: string) => view.grantHolders(name).size > 0 || view.isClientDefault(name);
  const isElse = (name: string) => scopeMeant(view, name) !== undefined;
  const going = new Set([...names].filter((name) => isNamed(name) && !isElse(name)));
  const templates = new TemplateIndex<true>();
  for (const template of templatesAmong([...names])) templates.set(template, true);
  for (const { head } of templatesAmong([...names])) {
    for (const name of view.clientNamesUnder(head)) {
      const isInstance = templates.match(name) !== undefined;
      if (isInstance && !isElse(name) && view.reservedName(name) === undefined) going.add(name);
    }
  }
  return going;
}
