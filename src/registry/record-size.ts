import type { ClientRecord, ScopeProposal, ScopeRecord } from "@scope-registry/client/judging";
import type {
  RecordChange,
  RecordKind,
  RecordTypes,
  ReservedNameRecord,
  ResourceServerRecord,
} from "../store/scope-log.ts";
import type { ScopeDefinition } from "./registration.ts";

/** What a change takes beside its records and its name, at the most. */
const CHANGE_OVERHEAD_BYTES = 64;
/** What field names, numbers and times of a stored record take beside its texts, at the most. */
const RECORD_OVERHEAD_BYTES = 320;
/** The same of what waits for a review, or was refused. */
const PROPOSAL_OVERHEAD_BYTES = 80;
/** What one element of a list or a map takes beside its text, at the most. */
const ELEMENT_OVERHEAD_BYTES = 48;

/** How many bytes changes take in the store, in UTF-8 and never too low: what an entry's limit is measured by. */
export function estimateEntryBytes(changes: readonly RecordChange[]): number {
  let bytes = 0;
  for (const change of changes) bytes += changeBytes(change);
  return bytes;
}

/** How many bytes definitions hold in memory, about. */
export function estimateDefinitionBytes(definitions: readonly ScopeDefinition[]): number {
  return definitions.reduce(
    (sum, { replacedBy = "", ...texts }) => sum + estimateScopeBytes({ ...texts, replacedBy, owner: "" }),
    0,
  );
}

type BareScope = Pick<ScopeRecord, "name" | "description" | "owner" | "replacedBy" | "resources" | "aliases"> & {
  readonly proposal?: ScopeProposal | undefined;
  readonly refusedProposal?: ScopeProposal | undefined;
};

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
  const lists = estimateTextBytes(scope.resources) + estimateTextBytes(scope.aliases);
  const proposals = proposalBytes(scope.proposal) + proposalBytes(scope.refusedProposal);
  return RECORD_OVERHEAD_BYTES + texts + lists + proposals;
}

function proposalBytes(proposal: ScopeProposal | undefined): number {
  if (proposal === undefined) return 0;
  return PROPOSAL_OVERHEAD_BYTES + estimateTextBytes(proposal.resources) + estimateTextBytes(proposal.aliases);
}

/** How many bytes a resource server takes, in the store or in a message, never too low. */
export function estimateServerBytes(server: ResourceServerRecord): number {
  const texts = textBytes([server.name, server.displayName, server.contact]);
  return RECORD_OVERHEAD_BYTES + texts + estimateTextBytes(server.resources) + estimateTextBytes(server.namePrefixes);
}

/** How many bytes a client's policy and grants take, in the store or in a message, never too low. */
export function estimateClientBytes(client: ClientRecord): number {
  const lists = [client.allowedScopes, client.defaultScopes, client.grantedScopes];
  return lists.reduce(
    (sum, names) => sum + estimateTextBytes(names),
    RECORD_OVERHEAD_BYTES + textBytes([client.clientId]),
  );
}

/** How many bytes a list of texts takes in a message, never too low. */
export function estimateTextBytes(texts: readonly string[]): number {
  return texts.length * ELEMENT_OVERHEAD_BYTES + textBytes(texts);
}

const RECORD_BYTES: { readonly [K in RecordKind]: (record: RecordTypes[K]) => number } = {
  scope: estimateScopeBytes,
  resourceServer: estimateServerBytes,
  client: estimateClientBytes,
  reservedName: ({ name, owner }: ReservedNameRecord) => RECORD_OVERHEAD_BYTES + textBytes([name, owner]),
  registryPolicy: () => RECORD_OVERHEAD_BYTES,
};

function changeBytes<K extends RecordKind>(change: {
  readonly kind: K;
  readonly name: string;
  readonly before: RecordTypes[K] | undefined;
  readonly after: RecordTypes[K] | undefined;
}): number {
  const { kind, name, before, after } = change;
  const bytesOf = RECORD_BYTES[kind];
  const records = (before === undefined ? 0 : bytesOf(before)) + (after === undefined ? 0 : bytesOf(after));
  return CHANGE_OVERHEAD_BYTES + textBytes([name]) + records;
}

function textBytes(texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text);
  return bytes;
}
