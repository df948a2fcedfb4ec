/** Resource servers as their messages, and back. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type ResourceServer, ResourceServerMode } from "@scope-registry/client/messages";
import type { ResourceServerDetails, ResourceServerSettings } from "../../registry/governance/governance.ts";
import type { ResourceServerRecord } from "../../store/scope-log.ts";
import { enumNames } from "./enum-names.ts";
import type { RecordReader } from "./record-reader.ts";

const MODE_NAMES = enumNames(ResourceServerMode);

/** A resource server and what is known of its scopes, as their message. */
export function fromResourceServer(details: ResourceServerDetails): ResourceServer {
  return {
    ...fromResourceServerRecord(details.record),
    updateTime: timestampFromMs(details.updateTime),
    revision: BigInt(details.revision),
    scopeCount: details.scopeCount,
    contentHash: details.contentHash,
  };
}

/** A resource server's own record as its message. */
export function fromResourceServerRecord(record: ResourceServerRecord): ResourceServer {
  return {
    $typeName: "scoperegistry.v1.ResourceServer",
    name: record.name,
    displayName: record.displayName,
    contact: record.contact,
    resources: record.resources as string[],
    namePrefixes: record.namePrefixes as string[],
    mode: ResourceServerMode[record.mode],
    maySetDefaults: record.maySetDefaults,
    release: BigInt(record.release),
    createTime: timestampFromMs(record.createTime),
    updateTime: timestampFromMs(record.updateTime),
    revision: BigInt(record.revision),
    scopeCount: 0,
    contentHash: "",
  };
}

/** Settings that are to be made, out of their message. Absent: those of a resource server without a name. */
export function toResourceServerSettings(message: ResourceServer | undefined): ResourceServerSettings {
  const { name = "", displayName = "", contact = "", resources = [], namePrefixes = [] } = message ?? {};
  const { mode = ResourceServerMode.UNSPECIFIED, maySetDefaults = false } = message ?? {};
  return {
    name,
    displayName,
    contact,
    resources,
    namePrefixes,
    mode: mode === ResourceServerMode.UNSPECIFIED ? "READ_WRITE" : (MODE_NAMES.get(mode) ?? "UNRECOGNIZED"),
    maySetDefaults,
  };
}

/** A resource server, out of the message of an imported log: see `toScopeRecord`. */
export function toResourceServerRecord(
  message: ResourceServer,
  path: string,
  reader: RecordReader,
): ResourceServerRecord {
  const { name, displayName, contact, resources, namePrefixes, maySetDefaults } = message;
  return {
    name,
    displayName,
    contact,
    release: reader.wholeNumber(message.release, path, "release"),
    resources,
    namePrefixes,
    mode: reader.name(MODE_NAMES, message.mode, path, "mode"),
    maySetDefaults,
    createTime: reader.time(message.createTime, path, "create_time"),
    updateTime: reader.time(message.updateTime, path, "update_time"),
    revision: reader.wholeNumber(message.revision, path, "revision"),
  };
}
