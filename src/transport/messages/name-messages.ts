/** What holds for names, the registry's policy and the names that are reserved, as messages, and back. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { NamePolicy, type RegistryPolicy, type ReservedName } from "@scope-registry/client/messages";
import type { RegistryPolicyRecord, ReservedNameRecord } from "../../store/scope-log.ts";
import { enumNames } from "./enum-names.ts";
import type { RecordReader } from "./record-reader.ts";

const POLICY_NAMES = enumNames(NamePolicy);

/** The registry's policy as its message. Undefined: it was never set. */
export function fromRegistryPolicy(record: RegistryPolicyRecord | undefined): RegistryPolicy {
  return {
    $typeName: "scoperegistry.v1.RegistryPolicy",
    names: NamePolicy[record?.names ?? "OPEN"],
    updateTime: record && timestampFromMs(record.updateTime),
    revision: BigInt(record?.revision ?? 0),
  };
}

/** A policy that is to be set, out of its message. A message that is missing opens nothing. */
export function toNamePolicy(message: RegistryPolicy | undefined): RegistryPolicyRecord["names"] | "UNRECOGNIZED" {
  if (message?.names === NamePolicy.UNSPECIFIED) return "OPEN";
  return (message && POLICY_NAMES.get(message.names)) ?? "UNRECOGNIZED";
}

/** The registry's policy, out of the message of an imported log: see `toScopeRecord`. */
export function toRegistryPolicyRecord(
  message: RegistryPolicy,
  path: string,
  reader: RecordReader,
): RegistryPolicyRecord {
  return {
    names: reader.name(POLICY_NAMES, message.names, path, "names"),
    updateTime: reader.time(message.updateTime, path, "update_time"),
    revision: reader.wholeNumber(message.revision, path, "revision"),
  };
}

/** A reserved name as its message. */
export function fromReservedName({ name, owner, createTime, revision }: ReservedNameRecord): ReservedName {
  return {
    $typeName: "scoperegistry.v1.ReservedName",
    name,
    owner,
    createTime: timestampFromMs(createTime),
    revision: BigInt(revision),
  };
}

/** A reserved name, out of the message of an imported log: see `toScopeRecord`. */
export function toReservedNameRecord(message: ReservedName, path: string, reader: RecordReader): ReservedNameRecord {
  const { name, owner } = message;
  return {
    name,
    owner,
    createTime: reader.time(message.createTime, path, "create_time"),
    revision: reader.wholeNumber(message.revision, path, "revision"),
  };
}
