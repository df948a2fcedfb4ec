/** What records and entries lack that an earlier version has stored: they are completed with this when they are read. */
import type { ScopeRecord } from "@scope-registry/client/judging";
import type { ChangeKindName, ResourceServerRecord } from "./scope-log.ts";

/** What such a scope lacks. */
export const EARLIER_SCOPE: Pick<ScopeRecord, "aliases" | "disabledByAdmin" | "proposal" | "refusedProposal"> = {
  aliases: [],
  disabledByAdmin: false,
  proposal: undefined,
  refusedProposal: undefined,
};

/** What such a resource server lacks. */
export const EARLIER_RESOURCE_SERVER: Pick<
  ResourceServerRecord,
  "contact" | "namePrefixes" | "mode" | "maySetDefaults"
> = { contact: "", namePrefixes: [], mode: "READ_WRITE", maySetDefaults: false };

/** What made such an entry: there were registrations, and the registry's own. */
export function earlierKind(actor: string): ChangeKindName {
  return actor === "" ? "OWN_SCOPES" : "REGISTRATION";
}
