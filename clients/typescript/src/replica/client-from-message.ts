import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { ClientPolicy } from "../gen/scoperegistry/v1/registry_admin_pb.ts";
import type { ClientRecord } from "../judging/client-record.ts";

/** What a client may ask for, out of its message. */
export function clientFromMessage(message: ClientPolicy): ClientRecord {
  return {
    clientId: message.clientId,
    allowedScopes: message.allowedScopes,
    defaultScopes: message.defaultScopes,
    grantedScopes: message.grantedScopes,
    createTime: message.createTime === undefined ? 0 : timestampMs(message.createTime),
    updateTime: message.updateTime === undefined ? 0 : timestampMs(message.updateTime),
    revision: Number(message.revision),
  };
}
