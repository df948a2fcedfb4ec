/** Changes of records as their messages, and back: an entry's message has a list for each kind of record. */
import type { ScopeRecord } from "@scope-registry/client/judging";
import type { LogEntry as LogEntryMessage, ScopeChange } from "@scope-registry/client/messages";
import { REGISTRY_POLICY_NAME, type RecordChange } from "../../store/scope-log.ts";
import { fromClient, toClientRecord } from "./client-messages.ts";
import { fromRegistryPolicy, fromReservedName, toRegistryPolicyRecord, toReservedNameRecord } from "./name-messages.ts";
import type { RecordReader } from "./record-reader.ts";
import { fromResourceServerRecord, toResourceServerRecord } from "./resource-server-messages.ts";
import { fromScope, toScopeRecord } from "./scope-messages.ts";

/** What a record was and what it became, where there was or is one. */
interface Sides<T> {
  readonly before?: T | undefined;
  readonly after?: T | undefined;
}

/** A scope's change as its message. */
export function fromScopeChange({ name, ...sides }: Sides<ScopeRecord> & { readonly name: string }): ScopeChange {
  return { $typeName: "scoperegistry.v1.ScopeChange", name, ...bothSides(sides, fromScope) };
}

/** Adds a change to an entry's message. */
export function addChange(message: LogEntryMessage, change: RecordChange): void {
  const { name } = change;
  switch (change.kind) {
    case "scope":
      message.changes.push(fromScopeChange(change));
      break;
    case "resourceServer":
      message.resourceServerChanges.push({
        $typeName: "scoperegistry.v1.ResourceServerChange",
        name,
        ...bothSides(change, fromResourceServerRecord),
      });
      break;
    case "client":
      message.clientPolicyChanges.push({
        $typeName: "scoperegistry.v1.ClientPolicyChange",
        clientId: name,
        ...bothSides(change, fromClient),
      });
      break;
    case "reservedName":
      message.reservedNameChanges.push({
        $typeName: "scoperegistry.v1.ReservedNameChange",
        name,
        ...bothSides(change, fromReservedName),
      });
      break;
    case "registryPolicy":
      message.registryPolicyChange = {
        $typeName: "scoperegistry.v1.RegistryPolicyChange",
        ...bothSides(change, fromRegistryPolicy),
      };
      break;
  }
}

/** The changes in an entry's message, kind by kind. */
export function toChanges(message: LogEntryMessage, path: string, reader: RecordReader): RecordChange[] {
  const policyChange = message.registryPolicyChange;
  return [
    ...message.changes.map((change, at) => ({
      kind: "scope" as const,
      name: change.name,
      ...readSides(change, `${path}.changes[${at}]`, reader, toScopeRecord),
    })),
    ...message.resourceServerChanges.map((change, at) => ({
      kind: "resourceServer" as const,
      name: change.name,
      ...readSides(change, `${path}.resource_server_changes[${at}]`, reader, toResourceServerRecord),
    })),
    ...message.clientPolicyChanges.map((change, at) => ({
      kind: "client" as const,
      name: change.clientId,
      ...readSides(change, `${path}.client_policy_changes[${at}]`, reader, toClientRecord),
    })),
    ...message.reservedNameChanges.map((change, at) => ({
      kind: "reservedName" as const,
      name: change.name,
      ...readSides(change, `${path}.reserved_name_changes[${at}]`, reader, toReservedNameRecord),
    })),
    ...(policyChange === undefined ? [] : [policyChange]).map((change) => ({
      kind: "registryPolicy" as const,
      name: REGISTRY_POLICY_NAME,
      ...readSides(change, `${path}.registry_policy_change`, reader, toRegistryPolicyRecord),
    })),
  ];
}

function bothSides<T, M>({ before, after }: Sides<T>, toMessage: (record: T) => M): Sides<M> {
  return { ...(before && { before: toMessage(before) }), ...(after && { after: toMessage(after) }) };
}

function readSides<M, T>(
  { before, after }: Sides<M>,
  path: string,
  reader: RecordReader,
  toRecord: (message: M, path: string, reader: RecordReader) => T,
) {
  return {
    before: before && toRecord(before, `${path}.before`, reader),
    after: after && toRecord(after, `${path}.after`, reader),
  };
}
