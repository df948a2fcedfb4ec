import { type ClientRecord, checkLimit, type Violation } from "@scope-registry/client/judging";
import { invalidRequest } from "../invalid-request.ts";
import { MAX_GRANTS, MAX_GRANTS_OF_OWNER } from "../limits.ts";
import { namesInMessage, namesInMetadata } from "../listed-names.ts";
import { ownerOfName } from "../name-holders.ts";
import { RegistryError } from "../registry-error.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { scopeMeant } from "../scope-meant.ts";
import { type Actor, refuseUnlessMay } from "./authority.ts";
import { planClient } from "./client-policies.ts";
import { withLists } from "./client-record.ts";
import { noSuchScope } from "./named-scopes.ts";

/**
 * Grants scopes to a client: by their names, by an alias, a whole template, or one instance of it.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, NOT_FOUND, INVALID_REQUEST, REGISTRATION_TOO_LARGE
 */
export function planGrant(
  view: RegistryView,
  actor: Actor,
  clientId: string,
  names: readonly string[],
  stamp: Stamp,
): Plan<ClientRecord> {
  refuseUnlessMay(view, actor, "grant", names);
  const unknown = names.filter((name) => scopeMeant(view, name) === undefined);
  if (unknown.length > 0) throw noSuchScope(view, unknown);
  const before = view.client(clientId);
  const granted = new Set([...(before?.grantedScopes ?? []), ...names.map((name) => grantedName(view, name))]);
  const violations: Violation[] = [];
  checkLimit(violations, "scopes", granted.size, MAX_GRANTS, "grants of one client");
  if (!actor.isAdmin) {
    const own = [...granted].filter((name) => ownerOfName(view, name) === actor.owner).length;
    checkLimit(violations, "scopes", own, MAX_GRANTS_OF_OWNER, "grants of one client by one resource server");
  }
  if (violations.length > 0) throw invalidRequest(violations);
  return planClient(before, withLists(clientId, before, { grantedScopes: [...granted].sort() }, stamp));
}

/**
 * Takes grants from a client. Those that it does not hold are passed over. A name that nobody has any more is an
 * administrator's to revoke.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED
 */
export function planRevocation(
  view: RegistryView,
  actor: Actor,
  clientId: string,
  names: readonly string[],
  stamp: Stamp,
): Plan<ClientRecord> {
  refuseUnlessMay(view, actor, "revoke", names);
  const nobodys = actor.isAdmin ? [] : names.filter((name) => ownerOfName(view, name) === undefined);
  if (nobodys.length > 0) {
    throw new RegistryError(
      "SCOPE_NOT_OWNED",
      `${namesInMessage(nobodys)} is registered by nobody: name scopes of your own, or ask an administrator`,
      { metadata: namesInMetadata("scopes", nobodys) },
    );
  }
  const before = view.client(clientId);
  // A grant may have been given under a name that is an alias by now.
  const revoked = new Set(names.flatMap((name) => [name, grantedName(view, name)]));
  const grantedScopes = (before?.grantedScopes ?? []).filter(
    (name) => !revoked.has(name) && !revoked.has(grantedName(view, name)),
  );
  return planClient(before, withLists(clientId, before, { grantedScopes }, stamp));
}

/** The name that a grant is kept under: of an alias that of its scope. */
function grantedName(view: RegistryView, name: string): string {
  return scopeMeant(view, name)?.name ?? name;
}
