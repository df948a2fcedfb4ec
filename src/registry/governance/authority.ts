/**
 * Who may do what: the one page of it. Which scope a call's token needs stands in `src/auth/method-permissions.ts`; here it is
 * decided, below every transport, on whose scopes a caller may act with it. Every rule that changes something begins with
 * {@link refuseUnlessMay} or {@link refuseUnlessAdmin}.
 */
import { namesInMessage, namesInMetadata } from "../listed-names.ts";
import { holderOfName, ownerOfName } from "../name-holders.ts";
import { RegistryError } from "../registry-error.ts";
import type { RegistryView } from "../registry-view.ts";

/** Who acts, as far as the rules must know it. */
export interface Actor {
  /** The owner name that the caller's scopes carry. */
  readonly owner: string;
  /** Whether the caller governs the registry: it may act on everybody's scopes. */
  readonly isAdmin: boolean;
  /** Whether the caller's token lets it make scopes of its own defaults. */
  readonly mayRegisterDefaults: boolean;
}

/** Who may act on names that somebody has. */
interface Authority {
  /** The resource server whose names they are. */
  readonly owner: boolean;
  /** An administrator, on everybody's. */
  readonly admin: boolean;
  /** Whether it may be done with the registry's own scopes, which nobody owns. */
  readonly onOwnScopes: boolean;
  /** Whether the owner may although its resource server is READ_ONLY. */
  readonly whenReadOnly: boolean;
  /** Whether an instance of a template is its owner's, as it is where no name is taken. */
  readonly instances: boolean;
}

const AUTHORITIES = {
  // A registration that changes nothing is let through: whether it does is known once it is planned.
  register: { owner: true, admin: false, onOwnScopes: false, whenReadOnly: true, instances: false },
  grant: { owner: true, admin: true, onOwnScopes: true, whenReadOnly: true, instances: true },
  revoke: { owner: true, admin: true, onOwnScopes: true, whenReadOnly: true, instances: true },
  approve: { owner: false, admin: true, onOwnScopes: false, whenReadOnly: true, instances: true },
  refuse: { owner: false, admin: true, onOwnScopes: false, whenReadOnly: true, instances: true },
  disable: { owner: true, admin: true, onOwnScopes: false, whenReadOnly: false, instances: true },
  enable: { owner: true, admin: true, onOwnScopes: false, whenReadOnly: false, instances: true },
  delete: { owner: true, admin: true, onOwnScopes: false, whenReadOnly: false, instances: true },
  release: { owner: false, admin: true, onOwnScopes: false, whenReadOnly: true, instances: true },
  transfer: { owner: true, admin: true, onOwnScopes: false, whenReadOnly: false, instances: true },
  readUsage: { owner: true, admin: true, onOwnScopes: true, whenReadOnly: true, instances: true },
} as const satisfies Record<string, Authority>;

/** Something that is done to names that somebody has. */
export type NameAct = keyof typeof AUTHORITIES;

/**
 * Refuses an actor that may not do something to all of these names. A name that nobody has is nobody's to refuse: what it
 * means is for the rule to say.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED with every name that is not the actor's; REGISTRATION_CLOSED
 */
export function refuseUnlessMay(view: RegistryView, actor: Actor, act: NameAct, names: readonly string[]): void {
  const authority: Authority = AUTHORITIES[act];
  const refused = names.filter((name) => {
    const owner = authority.instances ? ownerOfName(view, name) : holderOfName(view, name)?.owner;
    if (owner === undefined) return false;
    if (owner === "" && !authority.onOwnScopes) return true;
    return !(authority.admin && actor.isAdmin) && !(authority.owner && owner === actor.owner);
  });
  if (refused.length > 0) throw notOwned(view, refused, act);
  const actsAsOwner = !(authority.admin && actor.isAdmin);
  if (actsAsOwner && !authority.whenReadOnly) refuseIfReadOnly(view, actor.owner);
}

/**
 * Refuses a resource server whose scopes only an administrator may change at the moment.
 *
 * @throws {RegistryError} REGISTRATION_CLOSED
 */
export function refuseIfReadOnly(view: RegistryView, owner: string): void {
  if (view.resourceServer(owner)?.mode !== "READ_ONLY") return;
  throw new RegistryError(
    "REGISTRATION_CLOSED",
    `Resource server ${owner} is READ_ONLY, so that its scopes stay as they are: ask an administrator to set its mode`,
  );
}

/**
 * Refuses who does not govern the registry. Callers come through the table of methods, which asks for the same: this is the
 * second lock, should a method be opened to owners there.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED
 */
export function refuseUnlessAdmin(actor: Actor): void {
  if (actor.isAdmin) return;
  throw new RegistryError("SCOPE_NOT_OWNED", "Only an administrator of the registry may do this: ask one");
}

/**
 * Refuses who asks about another resource server than its own.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED
 */
export function refuseUnlessOwnServer(actor: Actor, owner: string): void {
  if (actor.isAdmin || actor.owner === owner) return;
  throw new RegistryError(
    "SCOPE_NOT_OWNED",
    `Resource server ${owner} is another one than the caller, ${actor.owner}: ask about that one, or ask an administrator`,
  );
}

function notOwned(view: RegistryView, names: readonly string[], act: NameAct): RegistryError {
  const owners = new Set(names.map((name) => ownerOfName(view, name) || "the registry itself"));
  const whose = owners.size === 1 ? [...owners][0] : "other resource servers";
  const advice = act === "register" ? "register names of your own" : "name scopes of your own, or ask an administrator";
  return new RegistryError("SCOPE_NOT_OWNED", `${namesInMessage(names)} belongs to ${whose}: ${advice}`, {
    metadata: namesInMetadata("scopes", names),
  });
}
