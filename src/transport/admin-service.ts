/**
 * `RegistryAdmin`, once for all transports. It maps and delegates: who may do what, and what an act means, stands in
 * `src/registry/governance`.
 */
import { RegistryAdmin } from "@scope-registry/client/messages";
import type { Caller } from "../auth/caller.ts";
import type { RegistryScopeNames } from "../config/registry-scope-names.ts";
import type { Act, Governance } from "../registry/governance/governance.ts";
import { MAX_ANSWER_BYTES } from "../registry/limits.ts";
import { actorOf } from "./actor.ts";
import type { Call } from "./call.ts";
import { fullName, type Handler, type Handlers, type StreamHandler } from "./handlers.ts";
import { fromDisabling, fromScopesAnswer } from "./messages/act-messages.ts";
import {
  fromChangesPage,
  fromExportPart,
  fromImportAnswer,
  toChangesQuery,
  toImportRequest,
} from "./messages/changes-messages.ts";
import { fromClient, toClientPolicy } from "./messages/client-messages.ts";
import { fromRegistryPolicy, fromReservedName, toNamePolicy } from "./messages/name-messages.ts";
import { fromResourceServer, toResourceServerSettings } from "./messages/resource-server-messages.ts";
import { fromUsages } from "./messages/usage-messages.ts";

/** What the service stands on. */
export interface AdminServiceParts {
  readonly governance: Governance;
  readonly scopeNames: RegistryScopeNames;
}

/** Makes the handlers of `RegistryAdmin`. */
export function createAdminHandlers({ governance, scopeNames }: AdminServiceParts): Handlers {
  const { method } = RegistryAdmin;

  const as = (caller: Caller) => actorOf(caller, scopeNames);
  const actOf = (caller: Caller, call: Call): Act => ({ actor: as(caller), requestId: call.requestId, deadline: call });

  const setResourceServer: Handler<typeof method.setResourceServer> = async (request, caller, call) => {
    const settings = toResourceServerSettings(request.resourceServer);
    const expected = toRevision(request.expectedRevision);
    const details = await governance.setResourceServer(actOf(caller, call), settings, expected);
    return { $typeName: "scoperegistry.v1.SetResourceServerResponse", resourceServer: fromResourceServer(details) };
  };

  const getResourceServer: Handler<typeof method.getResourceServer> = ({ name }, caller) => ({
    $typeName: "scoperegistry.v1.GetResourceServerResponse",
    resourceServer: fromResourceServer(governance.getResourceServer(as(caller), name)),
  });

  const listResourceServers: Handler<typeof method.listResourceServers> = (request, caller) => {
    const { items, nextPageToken } = governance.listResourceServers(as(caller), request);
    const resourceServers = items.map(fromResourceServer);
    return { $typeName: "scoperegistry.v1.ListResourceServersResponse", resourceServers, nextPageToken };
  };

  const setClientPolicy: Handler<typeof method.setClientPolicy> = async (request, caller, call) => {
    const policy = toClientPolicy(request.clientPolicy);
    const expected = toRevision(request.expectedRevision);
    const client = await governance.setClientPolicy(actOf(caller, call), policy, expected);
    return { $typeName: "scoperegistry.v1.SetClientPolicyResponse", clientPolicy: fromClient(client) };
  };

  const getClientPolicy: Handler<typeof method.getClientPolicy> = ({ clientId }, caller) => ({
    $typeName: "scoperegistry.v1.GetClientPolicyResponse",
    clientPolicy: fromClient(governance.getClientPolicy(as(caller), clientId)),
  });

  const listClientPolicies: Handler<typeof method.listClientPolicies> = (request, caller) => {
    const { items, nextPageToken } = governance.listClientPolicies(as(caller), request);
    const clientPolicies = items.map(fromClient);
    return { $typeName: "scoperegistry.v1.ListClientPoliciesResponse", clientPolicies, nextPageToken };
  };

  const deleteClientPolicy: Handler<typeof method.deleteClientPolicy> = async (request, caller, call) => {
    const expected = toRevision(request.expectedRevision);
    const revision = await governance.deleteClientPolicy(actOf(caller, call), request.clientId, expected);
    return { $typeName: "scoperegistry.v1.DeleteClientPolicyResponse", revision: BigInt(revision) };
  };

  const grantScopes: Handler<typeof method.grantScopes> = async ({ clientId, scopes }, caller, call) => {
    const client = await governance.grantScopes(actOf(caller, call), clientId, scopes);
    return { $typeName: "scoperegistry.v1.GrantScopesResponse", clientPolicy: fromClient(client) };
  };

  const revokeScopes: Handler<typeof method.revokeScopes> = async ({ clientId, scopes }, caller, call) => {
    const client = await governance.revokeScopes(actOf(caller, call), clientId, scopes);
    return { $typeName: "scoperegistry.v1.RevokeScopesResponse", clientPolicy: fromClient(client) };
  };

  const approveScopes: Handler<typeof method.approveScopes> = async (request, caller, call) => {
    const expected = toRevision(request.expectedRevision);
    const answer = await governance.approveScopes(actOf(caller, call), request.names, expected);
    return fromScopesAnswer("scoperegistry.v1.ApproveScopesResponse", answer);
  };

  const refuseScopes: Handler<typeof method.refuseScopes> = async (request, caller, call) => {
    const expected = toRevision(request.expectedRevision);
    const answer = await governance.refuseScopes(actOf(caller, call), request.names, expected);
    return fromScopesAnswer("scoperegistry.v1.RefuseScopesResponse", answer);
  };

  const disableScopes: Handler<typeof method.disableScopes> = async (request, caller, call) =>
    fromDisabling(await governance.disableScopes(actOf(caller, call), request));

  const enableScopes: Handler<typeof method.enableScopes> = async ({ names }, caller, call) => {
    const answer = await governance.enableScopes(actOf(caller, call), names);
    return fromScopesAnswer("scoperegistry.v1.EnableScopesResponse", answer);
  };

  const deleteScopes: Handler<typeof method.deleteScopes> = async (request, caller, call) => {
    const { usages, revision } = await governance.deleteScopes(actOf(caller, call), request);
    return {
      $typeName: "scoperegistry.v1.DeleteScopesResponse",
      usages: fromUsages(usages, MAX_ANSWER_BYTES),
      revision: BigInt(revision),
    };
  };

  const releaseNames: Handler<typeof method.releaseNames> = async ({ names }, caller, call) => {
    const revision = await governance.releaseNames(actOf(caller, call), names);
    return { $typeName: "scoperegistry.v1.ReleaseNamesResponse", revision: BigInt(revision) };
  };

  const listReservedNames: Handler<typeof method.listReservedNames> = (request, caller) => {
    const { items, nextPageToken } = governance.listReservedNames(as(caller), request.owner, request);
    const reservedNames = items.map(fromReservedName);
    return { $typeName: "scoperegistry.v1.ListReservedNamesResponse", reservedNames, nextPageToken };
  };

  const listScopeUsages: Handler<typeof method.listScopeUsages> = async ({ names }, caller) => {
    const usages = await governance.listScopeUsages(as(caller), names);
    return { $typeName: "scoperegistry.v1.ListScopeUsagesResponse", usages: fromUsages(usages, MAX_ANSWER_BYTES) };
  };

  const transferScopes: Handler<typeof method.transferScopes> = async ({ names, newOwner }, caller, call) => {
    const answer = await governance.transferScopes(actOf(caller, call), names, newOwner);
    return fromScopesAnswer("scoperegistry.v1.TransferScopesResponse", answer);
  };

  const listChanges: Handler<typeof method.listChanges> = async (request, caller) =>
    fromChangesPage(await governance.listChanges(as(caller), toChangesQuery(request)));

  const getRegistryPolicy: Handler<typeof method.getRegistryPolicy> = (_request, caller) => ({
    $typeName: "scoperegistry.v1.GetRegistryPolicyResponse",
    registryPolicy: fromRegistryPolicy(governance.getRegistryPolicy(as(caller))),
  });

  const setRegistryPolicy: Handler<typeof method.setRegistryPolicy> = async (request, caller, call) => {
    const names = toNamePolicy(request.registryPolicy);
    const expected = toRevision(request.expectedRevision);
    const policy = await governance.setRegistryPolicy(actOf(caller, call), names, expected);
    return { $typeName: "scoperegistry.v1.SetRegistryPolicyResponse", registryPolicy: fromRegistryPolicy(policy) };
  };

  const exportRegistry: StreamHandler<typeof method.exportRegistry> = async function* (_request, caller, call) {
    for await (const part of governance.exportLog(as(caller), call)) yield fromExportPart(part);
  };

  const importRegistry: Handler<typeof method.importRegistry> = async (request, caller) =>
    fromImportAnswer(await governance.importLog(as(caller), toImportRequest(request)));

  return {
    unary: new Map<string, Handler<never>>([
      [fullName(method.setResourceServer), setResourceServer],
      [fullName(method.getResourceServer), getResourceServer],
      [fullName(method.listResourceServers), listResourceServers],
      [fullName(method.setClientPolicy), setClientPolicy],
      [fullName(method.getClientPolicy), getClientPolicy],
      [fullName(method.listClientPolicies), listClientPolicies],
      [fullName(method.deleteClientPolicy), deleteClientPolicy],
      [fullName(method.grantScopes), grantScopes],
      [fullName(method.revokeScopes), revokeScopes],
      [fullName(method.approveScopes), approveScopes],
      [fullName(method.refuseScopes), refuseScopes],
      [fullName(method.disableScopes), disableScopes],
      [fullName(method.enableScopes), enableScopes],
      [fullName(method.deleteScopes), deleteScopes],
      [fullName(method.releaseNames), releaseNames],
      [fullName(method.listReservedNames), listReservedNames],
      [fullName(method.listScopeUsages), listScopeUsages],
      [fullName(method.transferScopes), transferScopes],
      [fullName(method.listChanges), listChanges],
      [fullName(method.getRegistryPolicy), getRegistryPolicy],
      [fullName(method.setRegistryPolicy), setRegistryPolicy],
      [fullName(method.importRegistry), importRegistry],
    ]) as Handlers["unary"],
    streams: new Map<string, StreamHandler<never>>([
      [fullName(method.exportRegistry), exportRegistry],
    ]) as Handlers["streams"],
  };
}

function toRevision(message: bigint | undefined): number | undefined {
  return message === undefined ? undefined : Number(message);
}
