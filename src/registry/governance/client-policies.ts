import {
  type ClientRecord,
  checkLimit,
  isTemplateName,
  MAX_PARTY_LENGTH,
  type Violation,
} from "@scope-registry/client/judging";
import { refuseTooLarge } from "../entry-size.ts";
import { invalidRequest } from "../invalid-request.ts";
import { MAX_ALLOWED_SCOPES, MAX_CLIENT_DEFAULTS } from "../limits.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import { scopeNameProblem } from "../text-rules.ts";
import { type Actor, refuseUnlessAdmin } from "./authority.ts";
import { clientChange, sameLists, withLists } from "./client-record.ts";
import type { ClientPolicy } from "./governance.ts";
import { refuseChangedSince } from "./named-scopes.ts";

/**
 * Checks a policy, and leaves out what it says twice.
 *
 * @throws {RegistryError} INVALID_REQUEST with every violation
 */
export function checkClientPolicy({ clientId, allowedScopes, defaultScopes }: ClientPolicy): ClientPolicy {
  const violations: Violation[] = [];
  checkClientId(violations, "client_policy.client_id", clientId);
  checkList("allowed_scopes", allowedScopes, MAX_ALLOWED_SCOPES, scopeNameProblem);
  checkList("default_scopes", defaultScopes, MAX_CLIENT_DEFAULTS, defaultProblem);
  if (violations.length > 0) throw invalidRequest(violations);
  return { clientId, allowedScopes: [...new Set(allowedScopes)], defaultScopes: [...new Set(defaultScopes)] };

  function checkList(
    name: string,
    entries: readonly string[],
    most: number,
    problemOf: (entry: string) => string | undefined,
  ): void {
    const field = `client_policy.${name}`;
    checkLimit(violations, field, entries.length, most, "entries");
    if (entries.length > most) return;
    entries.forEach((entry, at) => {
      const description = problemOf(entry);
      if (description !== undefined) violations.push({ field: `${field}[${at}]`, description });
    });
  }
}

/** Notes what is wrong with a client's identifier. */
export function checkClientId(violations: Violation[], field: string, clientId: string): void {
  if (clientId === "") violations.push({ field, description: "Client is missing: give its client_id" });
  checkLimit(violations, field, clientId.length, MAX_PARTY_LENGTH, "characters");
}

function defaultProblem(name: string): string | undefined {
  if (isTemplateName(name))
    return "A template cannot be a default, as it stands for no one scope: give an instance of it";
  return scopeNameProblem(name);
}

/**
 * Sets a client's policy; its grants stay.
 *
 * @param policy as {@link checkClientPolicy} returns it
 * @throws {RegistryError} SCOPE_NOT_OWNED, REVISION_MISMATCH, REGISTRATION_TOO_LARGE
 */
export function planClientPolicy(
  view: RegistryView,
  actor: Actor,
  { clientId, ...lists }: ClientPolicy,
  expected: number | undefined,
  stamp: Stamp,
): Plan<ClientRecord> {
  refuseUnlessAdmin(actor);
  const before = view.client(clientId);
  refuseChangedSince(`The policy of client ${clientId}`, before?.revision ?? 0, expected);
  return planClient(before, withLists(clientId, before, lists, stamp));
}

/**
 * Deletes a client's policy and grants.
 *
 * @throws {RegistryError} SCOPE_NOT_OWNED, REVISION_MISMATCH
 */
export function planPolicyDeletion(
  view: RegistryView,
  actor: Actor,
  clientId: string,
  expected: number | undefined,
  stamp: Stamp,
): Plan<number> {
  refuseUnlessAdmin(actor);
  const before = view.client(clientId);
  refuseChangedSince(`The policy of client ${clientId}`, before?.revision ?? 0, expected);
  if (before === undefined) return { changes: [], answer: view.revision };
  return { changes: [{ kind: "client", name: clientId, before, after: undefined }], answer: stamp.revision };
}

/** What becomes of a client; nothing, if the record says the same as before. */
export function planClient(before: ClientRecord | undefined, after: ClientRecord): Plan<ClientRecord> {
  if (sameLists(before, after))
    return { changes: [], answer: before ?? { ...after, createTime: 0, updateTime: 0, revision: 0 } };
  const changes = [clientChange(before, after)];
  refuseTooLarge(changes, "give the client fewer scopes");
  return { changes, answer: after };
}
