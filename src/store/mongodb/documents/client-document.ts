import type { ClientRecord } from "@scope-registry/client/judging";
import { type DocumentForm, decodeStamp, encodeStamp, type StampedDocument } from "./document-form.ts";

/** A client's policy and grants, in `clients` and in the entries of the log. */
export interface ClientDocument extends StampedDocument {
  /** The `client_id`. */
  _id: string;
  allowed_scopes: readonly string[];
  default_scopes: readonly string[];
  granted_scopes: readonly string[];
}

/** The form of clients. */
export const clientForm: DocumentForm<ClientRecord, ClientDocument> = {
  encode: (client) => ({
    _id: client.clientId,
    allowed_scopes: client.allowedScopes,
    default_scopes: client.defaultScopes,
    granted_scopes: client.grantedScopes,
    ...encodeStamp(client),
  }),
  decode: (document) => ({
    clientId: document._id,
    allowedScopes: document.allowed_scopes,
    defaultScopes: document.default_scopes,
    grantedScopes: document.granted_scopes,
    ...decodeStamp(document),
  }),
};
