import type { ScopeRecord } from "@scope-registry/client/judging";
import type { RecordChange, ResourceServerRecord } from "../store/scope-log.ts";
import type { ScopeDefinition } from "./registration.ts";

/** What a change takes beside its records and its name, at the most. */
const CHANGE_OVERHEAD_BYTES = 64;
/** What field names, numbers and times of a stored record take beside its texts, at the most. */
const RECORD_OVERHEAD_BYTES = 320;
/** What one element of a list or a map takes beside its text, at the most. */
const ELEMENT_OVERHEAD_BYTES = 48;

/** How many bytes changes take in the store, in UTF-8 and never too low: what an entry's limit is measured by. */
export function estimateEntryBytes(changes: readonly RecordChange[]): number {
  let bytes = 0;
  for (const change of changes) {
    bytes += CHANGE_OVERHEAD_BYTES + textBytes(change.name);
    if (change.kind === "scope") bytes += estimateScopeBytes(change.before) + estimateScopeBytes(change.after);
    else bytes += serverBytes(change.before) + serverBytes(change.after);
  }
  return bytes;
}

/** How many bytes definitions hold in memory, about. */
export function estimateDefinitionBytes(definitions: readonly ScopeDefinition[]): number {
  return definitions.reduce(
    (sum, { replacedBy = "", ...texts }) => sum + estimateScopeBytes({ ...texts, replacedBy, owner: "" }),
    0,
  );
}

type ScopeTexts = Pick<ScopeRecord, "name" | "description" | "owner" | "replacedBy" | "resources" | "consentTexts">;

/** How many bytes a scope takes, in the store or in a message, never too low. */
export function estimateScopeBytes(scope: ScopeTexts | undefined): number {
  if (scope === undefined) return 0;
  let bytes = RECORD_OVERHEAD_BYTES + textBytes(scope.name, scope.description, scope.owner, scope.replacedBy);
  for (const uri of scope.resources) bytes += ELEMENT_OVERHEAD_BYTES + textBytes(uri);
  for (const [tag, text] of Object.entries(scope.consentTexts)) {
    bytes += ELEMENT_OVERHEAD_BYTES + textBytes(tag, text.title, text.description);
  }
  return bytes;
}

function serverBytes(server: ResourceServerRecord | undefined): number {
  if (server === undefined) return 0;
  let bytes = RECORD_OVERHEAD_BYTES + textBytes(server.name, server.displayName);
  for (const uri of server.resources) bytes += ELEMENT_OVERHEAD_BYTES + textBytes(uri);
  return bytes;
}

function textBytes(...texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text);
  return bytes;
}
