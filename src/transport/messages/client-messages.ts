/** What clients may ask for, as its messages, and back. */
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ClientRecord } from "@scope-registry/client/judging";
import type { ClientPolicy as ClientPolicyMessage } from "@scope-registry/client/messages";
import type { ClientPolicy } from "../../registry/governance/governance.ts";
import type { RecordReader } from "./record-reader.ts";

/** A client's policy and grants as their message. */
export function fromClient(client: ClientRecord): ClientPolicyMessage {
  return {
    $typeName: "scoperegistry.v1.ClientPolicy",
    clientId: client.clientId,
    allowedScopes: client.allowedScopes as string[],
    defaultScopes: client.defaultScopes as string[],
    grantedScopes: client.grantedScopes as string[],
    // A client that nothing was ever said of has no times.
    ...(client.revision > 0 && {
      createTime: timestampFromMs(client.createTime),
      updateTime: timestampFromMs(client.updateTime),
    }),
    revision: BigInt(client.revision),
  };
}

/** A policy that is to be set, out of its message. Absent: one of nothing, which has no client. */
export function toClientPolicy(message: ClientPolicyMessage | undefined): ClientPolicy {
  const { clientId = "", allowedScopes = [], defaultScopes = [] } = message ?? {};
  return { clientId, allowedScopes, defaultScopes };
}

/** A client, out of the message of an imported log: see `toScopeRecord`. */
export function toClientRecord(message: ClientPolicyMessage, path: string, reader: RecordReader): ClientRecord {
  const { clientId, allowedScopes, defaultScopes, grantedScopes } = message;
  return {
    clientId,
    allowedScopes,
    defaultScopes,
    grantedScopes,
    createTime: reader.time(message.createTime, path, "create_time"),
    updateTime: reader.time(message.updateTime, path, "update_time"),
    revision: reader.wholeNumber(message.revision, path, "revision"),
  };
}
