import type { ClientRecord } from "@scope-registry/client/judging";
import type { RecordChange } from "../../store/scope-log.ts";
import type { Stamp } from "../registry-view.ts";
import { sameList } from "../same-list.ts";

type Lists = Pick<ClientRecord, "allowedScopes" | "defaultScopes" | "grantedScopes">;

/** A client's record with some of its lists changed; a new one if there was none. */
export function withLists(
  clientId: string,
  before: ClientRecord | undefined,
  lists: Partial<Lists>,
  { time, revision }: Stamp,
): ClientRecord {
  const { allowedScopes = [], defaultScopes = [], grantedScopes = [], createTime = time } = before ?? {};
  return { clientId, allowedScopes, defaultScopes, grantedScopes, ...lists, createTime, updateTime: time, revision };
}

/** What becomes of a client's record. One that says nothing is not kept. */
export function clientChange(before: ClientRecord | undefined, after: ClientRecord): RecordChange {
  return { kind: "client", name: after.clientId, before, after: saysNothing(after) ? undefined : after };
}

/** Whether a client without this record is in the same place. */
function saysNothing({ allowedScopes, defaultScopes, grantedScopes }: Lists): boolean {
  return allowedScopes.length === 0 && defaultScopes.length === 0 && grantedScopes.length === 0;
}

/** Whether two records say the same. */
export function sameLists(before: ClientRecord | undefined, after: ClientRecord): boolean {
  const from: Lists = before ?? { allowedScopes: [], defaultScopes: [], grantedScopes: [] };
  return (
    sameList(from.allowedScopes, after.allowedScopes) &&
    sameList(from.defaultScopes, after.defaultScopes) &&
    sameList(from.grantedScopes, after.grantedScopes)
  );
}
