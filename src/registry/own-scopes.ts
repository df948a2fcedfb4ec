import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import type { RecordChange } from "../store/scope-log.ts";
import { ownerOfName } from "./name-holders.ts";
import type { Plan, RegistryView, Stamp } from "./registry-view.ts";

const DESCRIPTIONS: Readonly<Record<keyof RegistryScopeNames, string>> = {
  register: "Register scopes of one's own in the scope registry",
  registerDefault: "Make scopes of one's own defaults, which every client gets",
  read: "List and follow all scopes of the scope registry",
  validate: "Judge requested scopes",
  introspect: "Introspect tokens and see scopes of one's own",
  introspectAll: "Introspect tokens and see scopes of every resource server",
  admin: "Govern the scope registry",
  dotDynamicScopes: "Register scopes of one's own in the scope registry, as with dot-dynamic-scopes",
};

/** A name that the registry needs for itself belongs to a resource server. */
export class OwnScopeTakenError extends Error {
  override readonly name = "OwnScopeTakenError";
}

/**
 * Registers the registry's own scopes in itself: owner-less, so that nobody can change them, and restricted, so that no
 * client is granted one without a grant.
 *
 * @throws {OwnScopeTakenError} if a resource server has registered one of the names
 */
export function planOwnScopes(view: RegistryView, names: RegistryScopeNames, stamp: Stamp): Plan<undefined> {
  const changes: RecordChange[] = [];
  for (const [key, description] of Object.entries(DESCRIPTIONS) as [keyof RegistryScopeNames, string][]) {
    const name = names[key];
    if (name === undefined || (key === "dotDynamicScopes" && name === names.register)) continue;
    const owner = ownerOfName(view, name) ?? view.claimOver(name)?.holder;
    if (owner) {
      throw new OwnScopeTakenError(
        `Scope ${name} belongs to resource server ${owner}: choose another name for the registry's own scope, or have that one deleted and its name released first`,
      );
    }
    const before = view.scope(name);
    if (before?.description === description && before.restricted && before.state === "ACTIVE") continue;
    changes.push({ kind: "scope", name, before, after: ownScope(name, description, before, stamp) });
  }
  return { changes, answer: undefined };
}

function ownScope(name: string, description: string, before: ScopeRecord | undefined, stamp: Stamp): ScopeRecord {
  return {
    name,
    description,
    isDefault: false,
    owner: "",
    state: "ACTIVE",
    restricted: true,
    resources: [],
    consentTexts: {},
    deprecated: false,
    replacedBy: "",
    sunsetTime: undefined,
    unlisted: true,
    aliases: [],
    disabledByAdmin: false,
    proposal: undefined,
    refusedProposal: undefined,
    createTime: before?.createTime ?? stamp.time,
    updateTime: stamp.time,
    revision: stamp.revision,
  };
}
