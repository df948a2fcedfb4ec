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
    bytes += CHANGE_OVERHEAD_BYTES + textBytes([change.name]);
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

type BareScope = Pick<ScopeRecord, "name" | "description" | "owner" | "replacedBy" | "resources">;

/** How many bytes a scope takes, in the store or in a message, never too low. */
export function estimateScopeBytes(scope: (BareScope & Pick<ScopeRecord, "consentTexts">) | undefined): number {
  if (scope === undefined) return 0;
  let bytes = estimateBareScopeBytes(scope);
  for (const [tag, text] of Object.entries(scope.consentTexts)) {
    bytes += ELEMENT_OVERHEAD_BYTES + textBytes([tag, text.title, text.description]);
  }
  return bytes;
}

/** The same of a scope without its consent texts. */
export function estimateBareScopeBytes(scope: BareScope): number {
  const texts = textBytes([scope.name, scope.description, scope.owner, scope.replacedBy]);
  return RECORD_OVERHEAD_BYTES + texts + estimateTextBytes(scope.resources);
}

/** How many bytes a list of texts takes in a message, never too low. */
export function estimateTextBytes(texts: readonly string[]): number {
  return texts.length * ELEMENT_OVERHEAD_BYTES + textBytes(texts);
}

function serverBytes(server: ResourceServerRecord | undefined): number {
  if (server === undefined) return 0;
  return RECORD_OVERHEAD_BYTES + textBytes([server.name, server.displayName]) + estimateTextBytes(server.resources);
}

function textBytes(texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text);
  return bytes;
}
