import { Long } from "mongodb";
import { EARLIER_RESOURCE_SERVER } from "../../earlier-forms.ts";
import type { ResourceServerModeName, ResourceServerRecord } from "../../scope-log.ts";
import { type DocumentForm, decodeStamp, encodeStamp, type Int64, type StampedDocument } from "./document-form.ts";

/**
 * A resource server, in `resource_servers` and in the entries of the log. What may be missing is so in those from before
 * governance.
 */
export interface ResourceServerDocument extends StampedDocument {
  _id: string;
  display_name: string;
  contact?: string;
  release: Int64;
  resources: readonly string[];
  name_prefixes?: readonly string[];
  mode?: ResourceServerModeName;
  may_set_defaults?: boolean;
}

/** The form of resource servers. */
export const resourceServerForm: DocumentForm<ResourceServerRecord, ResourceServerDocument> = {
  encode: (server) => ({
    _id: server.name,
    display_name: server.displayName,
    contact: server.contact,
    release: Long.fromNumber(server.release),
    resources: server.resources,
    name_prefixes: server.namePrefixes,
    mode: server.mode,
    may_set_defaults: server.maySetDefaults,
    ...encodeStamp(server),
  }),
  decode: (document) => ({
    name: document._id,
    displayName: document.display_name,
    contact: document.contact ?? EARLIER_RESOURCE_SERVER.contact,
    release: Number(document.release),
    resources: document.resources,
    namePrefixes: document.name_prefixes ?? EARLIER_RESOURCE_SERVER.namePrefixes,
    mode: document.mode ?? EARLIER_RESOURCE_SERVER.mode,
    maySetDefaults: document.may_set_defaults ?? EARLIER_RESOURCE_SERVER.maySetDefaults,
    ...decodeStamp(document),
  }),
};
