import { type ClientRecord, checkLimit, MAX_PARTY_LENGTH, type Violation } from "@scope-registry/client/judging";
import type { RegistryScopeNames } from "../../config/registry-scope-names.ts";
import type { ChangeKindName, ScopeLog } from "../../store/scope-log.ts";
import type { ChangeWriter } from "../change-writer.ts";
import { invalidRequest } from "../invalid-request.ts";
import type { LogPosition } from "../log-position.ts";
import { ownerOfName } from "../name-holders.ts";
import { estimateClientBytes, estimateServerBytes } from "../record-size.ts";
import { RegistryError } from "../registry-error.ts";
import type { Plan, RegistryView, Stamp } from "../registry-view.ts";
import type { UsageRecorder } from "../usage-recorder.ts";
import { planApproval } from "./approve-scopes.ts";
import { type Actor, refuseUnlessAdmin, refuseUnlessMay, refuseUnlessOwnServer } from "./authority.ts";
import { checkNames } from "./check-names.ts";
import { checkResourceServer } from "./check-resource-server.ts";
import { checkClientId, checkClientPolicy, planClientPolicy, planPolicyDeletion } from "./client-policies.ts";
import { planEnabling } from "./enable-scopes.ts";
import { exportLog, exportTurns } from "./export-log.ts";
import type { Act, Governance, PageQuery } from "./governance.ts";
import { planGrant, planRevocation } from "./grants.ts";
import { importLog } from "./import-log.ts";
import { listChanges } from "./list-changes.ts";
import { namedScopes } from "./named-scopes.ts";
import { narrowClient } from "./narrow-entry.ts";
import { pageOf } from "./page.ts";
import { forgetUses, readUses } from "./read-uses.ts";
import { planRefusal } from "./refuse-scopes.ts";
import { checkNamePolicy, planRegistryPolicy } from "./registry-policy.ts";
import { planRelease } from "./release-names.ts";
import { resourceServerDetails, resourceServerNames } from "./resource-server-details.ts";
import { planDeletion, planDisabling } from "./retire-scopes.ts";
import { scopeUsage } from "./scope-usage.ts";
import { planServerSettings } from "./set-resource-server.ts";
import { planTransfer } from "./transfer-scopes.ts";

/** What governance stands on. */
export interface GovernanceParts {
  readonly log: ScopeLog;
  readonly position: LogPosition;
  readonly writer: ChangeWriter;
  readonly usage: UsageRecorder;
  readonly ownScopes: RegistryScopeNames;
  /** Loads the registry that was imported, and answers its revision. */
  readonly onImported: () => Promise<number>;
}

/** How an act is written down. */
interface ActForm {
  readonly kind: ChangeKindName;
  /** The names that are acted on: their owner is the entry's resource server, where they have one. */
  readonly names?: readonly string[];
  readonly resourceServer?: string;
  readonly validateOnly?: boolean;
  /** How many records planning looks at. */
  readonly records?: (view: RegistryView) => number;
}

/** Makes what the RPCs of `RegistryAdmin` call: each checks, and has a rule decide and the writer write. */
export function createGovernance(parts: GovernanceParts): Governance {
  const { log, position, writer, usage, ownScopes } = parts;
  const turns = exportTurns();

  function write<Answer>(
    { actor, requestId, deadline }: Act,
    { kind, names = [], resourceServer, validateOnly = false, records }: ActForm,
    plan: (view: RegistryView, stamp: Stamp) => Plan<Answer>,
  ): Promise<Answer> {
    return writer.submit(
      {
        actor: actor.owner,
        resourceServer: (view) => resourceServer ?? commonOwner(view, names),
        kind,
        requestId,
        bytes: names.reduce((sum, name) => sum + name.length, 0),
        records: (view) => names.length + (records?.(view) ?? 1),
        validateOnly,
        plan,
      },
      deadline,
    );
  }

  return {
    async setResourceServer(act, settings, expected) {
      const checked = checkResourceServer(settings);
      const { name: resourceServer } = checked;
      await write(act, { kind: "RESOURCE_SERVER", resourceServer }, (view, stamp) =>
        planServerSettings(view, act.actor, checked, expected, stamp),
      );
      return resourceServerDetails(position.state, resourceServer);
    },

    getResourceServer(actor, name) {
      checkParty("name", name);
      refuseUnlessOwnServer(actor, name);
      return resourceServerDetails(position.state, name);
    },

    listResourceServers(actor, query) {
      refuseUnlessAdmin(actor);
      return pageOf({
        names: resourceServerNames(position.state),
        itemOf: (name) => resourceServerDetails(position.state, name),
        sizeOf: ({ record }) => estimateServerBytes(record),
        filters: ["resource servers"],
        query,
      });
    },

    async setClientPolicy(act, policy, expected) {
      const checked = checkClientPolicy(policy);
      return write(act, { kind: "CLIENT_POLICY" }, (view, stamp) =>
        planClientPolicy(view, act.actor, checked, expected, stamp),
      );
    },

    getClientPolicy(actor, clientId) {
      checkClient(clientId);
      refuseUnlessAdmin(actor);
      const client = position.state.client(clientId);
      if (client !== undefined) return client;
      throw new RegistryError("NOT_FOUND", `Client ${clientId} has neither a policy nor a grant`, {
        metadata: { names: clientId },
      });
    },

    listClientPolicies(actor, query) {
      refuseUnlessAdmin(actor);
      const { clients } = position.state;
      return pageOf({
        names: [...clients.values()].map(({ clientId }) => clientId).sort(),
        itemOf: (clientId) => clients.get(clientId) as ClientRecord,
        sizeOf: estimateClientBytes,
        filters: ["client policies"],
        query,
      });
    },

    async deleteClientPolicy(act, clientId, expected) {
      checkClient(clientId);
      return write(act, { kind: "CLIENT_POLICY" }, (view, stamp) =>
        planPolicyDeletion(view, act.actor, clientId, expected, stamp),
      );
    },

    async grantScopes(act, clientId, given) {
      const names = checkNames("scopes", given, clientViolations(clientId));
      const client = await write(act, { kind: "GRANT", names }, (view, stamp) =>
        planGrant(view, act.actor, clientId, names, stamp),
      );
      return shownTo(act.actor, client);
    },

    async revokeScopes(act, clientId, given) {
      const names = checkNames("scopes", given, clientViolations(clientId));
      const client = await write(act, { kind: "REVOCATION", names }, (view, stamp) =>
        planRevocation(view, act.actor, clientId, names, stamp),
      );
      return shownTo(act.actor, client);
    },

    async approveScopes(act, given, expected) {
      const names = checkNames("names", given);
      return write(act, { kind: "APPROVAL", names }, (view, stamp) =>
        planApproval(view, act.actor, names, expected, stamp),
      );
    },

    async refuseScopes(act, given, expected) {
      const names = checkNames("names", given);
      return write(act, { kind: "REFUSAL", names }, (view, stamp) =>
        planRefusal(view, act.actor, names, expected, stamp),
      );
    },

    async disableScopes(act, retirement) {
      const names = checkNames("names", retirement.names);
      const uses = await readUses(log, usage, position.state, names);
      const { validateOnly } = retirement;
      return write(act, { kind: "DISABLING", names, validateOnly }, (view, stamp) =>
        planDisabling(view, act.actor, { ...retirement, names }, uses, stamp),
      );
    },

    async enableScopes(act, given) {
      const names = checkNames("names", given);
      return write(act, { kind: "ENABLING", names }, (view, stamp) =>
        planEnabling(view, act.actor, names, stamp, ownScopes.registerDefault),
      );
    },

    async deleteScopes(act, retirement) {
      const names = checkNames("names", retirement.names);
      const uses = await readUses(log, usage, position.state, names);
      const { validateOnly } = retirement;
      return write(act, { kind: "DELETION", names, validateOnly }, (view, stamp) =>
        planDeletion(view, act.actor, { ...retirement, names }, uses, stamp),
      );
    },

    async releaseNames(act, given) {
      const names = checkNames("names", given);
      const records = (view: RegistryView) => view.clientCount;
      for (let step = 1; ; step++) {
        // An entry has a request id of its own.
        const requestId = step === 1 ? act.requestId : `${act.requestId}.${step}`;
        const { revision, isDone } = await write(
          { ...act, requestId },
          { kind: "RELEASE", names, records },
          (view, stamp) => planRelease(view, act.actor, names, stamp),
        );
        if (!isDone) continue;
        await forgetUses(usage, names);
        return revision;
      }
    },

    async transferScopes(act, given, newOwner) {
      const violations: Violation[] = [];
      if (newOwner === "") violations.push({ field: "new_owner", description: "New owner is missing: name it" });
      checkLimit(violations, "new_owner", newOwner.length, MAX_PARTY_LENGTH, "characters");
      const names = checkNames("names", given, violations);
      return write(act, { kind: "TRANSFER", names, records: (view) => ownedCount(view, names) }, (view, stamp) =>
        planTransfer(view, act.actor, names, newOwner, stamp),
      );
    },

    listReservedNames(actor, owner, query) {
      const violations: Violation[] = [];
      checkLimit(violations, "owner", owner.length, MAX_PARTY_LENGTH, "characters");
      if (violations.length > 0) throw invalidRequest(violations);
      const whose = owner === "" && !actor.isAdmin ? actor.owner : owner;
      if (whose !== "") refuseUnlessOwnServer(actor, whose);
      return reservedPage(whose, query);
    },

    async listScopeUsages(actor, given) {
      const names = checkNames("names", given);
      refuseUnlessMay(position.state, actor, "readUsage", names);
      const uses = await readUses(log, usage, position.state, names);
      return scopeUsage(position.state, namedScopes(position.state, names), uses);
    },

    getRegistryPolicy(actor) {
      refuseUnlessAdmin(actor);
      return position.state.policy;
    },

    async setRegistryPolicy(act, given, expected) {
      const names = checkNamePolicy(given);
      return write(act, { kind: "REGISTRY_POLICY" }, (view, stamp) =>
        planRegistryPolicy(view, act.actor, names, expected, stamp),
      );
    },

    listChanges: (actor, query) => listChanges(log, actor, query, position.state),
    exportLog: (actor, deadline) => exportLog(log, turns, actor, deadline),
    importLog(actor, request) {
      const ownNames = new Set(Object.values(ownScopes));
      return importLog(log, position.state, actor, request, ownNames, parts.onImported);
    },
  };

  function shownTo(actor: Actor, client: ClientRecord): ClientRecord {
    return actor.isAdmin ? client : narrowClient(client, actor.owner, position.state);
  }

  function reservedPage(owner: string, query: PageQuery) {
    const { state } = position;
    const reserved = [...state.reservedNames()].filter((each) => owner === "" || each.owner === owner);
    return pageOf({
      names: reserved.map(({ name }) => name).sort(),
      itemOf: (name) => state.reservedName(name) as (typeof reserved)[number],
      sizeOf: ({ name, owner: holder }) => 64 + name.length + 3 * holder.length,
      filters: ["reserved names", owner],
      query,
    });
  }
}

/** The owner that names have in common; empty: they have none, or several. */
function commonOwner(view: RegistryView, names: readonly string[]): string {
  const [first = "", ...others] = ownersOf(view, names);
  return others.length === 0 ? first : "";
}

/** How many scopes the owners of names have, together. */
function ownedCount(view: RegistryView, names: readonly string[]): number {
  return [...ownersOf(view, names)].reduce((sum, owner) => sum + view.scopeCountOf(owner), 0);
}

/** The owners of names. An empty one stands for the registry itself, and for nobody. */
function ownersOf(view: RegistryView, names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => ownerOfName(view, name) ?? ""));
}

function clientViolations(clientId: string): Violation[] {
  const violations: Violation[] = [];
  checkClientId(violations, "client_id", clientId);
  return violations;
}

function checkClient(clientId: string): void {
  const violations = clientViolations(clientId);
  if (violations.length > 0) throw invalidRequest(violations);
}

function checkParty(field: string, name: string): void {
  const violations: Violation[] = [];
  if (name === "")
    violations.push({ field, description: "Name is missing: give the owner name that its scopes carry" });
  checkLimit(violations, field, name.length, MAX_PARTY_LENGTH, "characters");
  if (violations.length > 0) throw invalidRequest(violations);
}
