import type { RecordKind, RecordTypes } from "../../scope-log.ts";
import { type ClientDocument, clientForm } from "./client-document.ts";
import type { DocumentForm } from "./document-form.ts";
import { type RegistryPolicyDocument, registryPolicyForm } from "./registry-policy-document.ts";
import { type ReservedNameDocument, reservedNameForm } from "./reserved-name-document.ts";
import { type ResourceServerDocument, resourceServerForm } from "./resource-server-document.ts";
import { type ScopeDocument, scopeForm } from "./scope-document.ts";

/** The documents that records are kept as, by kind. */
export interface DocumentTypes {
  readonly scope: ScopeDocument;
  readonly resourceServer: ResourceServerDocument;
  readonly client: ClientDocument;
  readonly reservedName: ReservedNameDocument;
  readonly registryPolicy: RegistryPolicyDocument;
}

/** The document of any kind of record. */
export type RecordDocument = DocumentTypes[RecordKind];

const FORMS: { readonly [K in RecordKind]: DocumentForm<RecordTypes[K], DocumentTypes[K]> } = {
  scope: scopeForm,
  resourceServer: resourceServerForm,
  client: clientForm,
  reservedName: reservedNameForm,
  registryPolicy: registryPolicyForm,
};

/** The document that a record is kept as. */
export function encodeRecord<K extends RecordKind>(kind: K, record: RecordTypes[K]): DocumentTypes[K] {
  return FORMS[kind].encode(record);
}

/** The record that a document of its kind's collection stands for. */
export function decodeRecord<K extends RecordKind>(kind: K, document: DocumentTypes[K]): RecordTypes[K] {
  return FORMS[kind].decode(document);
}
