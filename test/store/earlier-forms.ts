/** What the version before governance wrote: the sample scope and the sample resource server, and the entry of both. */
import { BSON } from "mongodb";
import type { EntryDocument } from "../../src/store/mongodb/documents/entry-document.ts";
import type { ResourceServerDocument } from "../../src/store/mongodb/documents/resource-server-document.ts";
import type { ScopeDocument } from "../../src/store/mongodb/documents/scope-document.ts";

const TIME = 1_700_000_000_000;

/** The scope in SQLite. */
export const earlierScope = {
  name: "invoices.read",
  description: "Read invoices",
  isDefault: false,
  owner: "billing-api",
  state: "ACTIVE",
  restricted: false,
  resources: ["https://billing.example.com/"],
  consentTexts: { en: { title: "Invoices", description: "See your invoices" } },
  deprecated: false,
  replacedBy: "",
  unlisted: false,
  createTime: TIME,
  updateTime: TIME,
  revision: 1,
} as const;

/** The resource server in SQLite. */
export const earlierServer = {
  name: "billing-api",
  displayName: "Billing",
  release: 0,
  resources: ["https://billing.example.com/"],
  createTime: TIME,
  updateTime: TIME,
  revision: 1,
} as const;

/** The entry in SQLite. */
export const earlierEntry = {
  revision: 1,
  time: TIME + 1,
  actor: "billing-api",
  resourceServer: "billing-api",
  requestId: "earlier request",
  changes: [
    { kind: "scope", name: "invoices.read", after: earlierScope },
    { kind: "resourceServer", name: "billing-api", after: earlierServer },
  ],
} as const;

/** The scope in MongoDB. */
export const earlierScopeDocument: ScopeDocument = {
  _id: "invoices.read",
  description: "Read invoices",
  is_default: false,
  owner: "billing-api",
  state: "ACTIVE",
  restricted: false,
  resources: ["https://billing.example.com/"],
  consent_texts: { en: { title: "Invoices", description: "See your invoices" } },
  deprecated: false,
  replaced_by: "",
  sunset_time: null,
  unlisted: false,
  create_time: new Date(TIME),
  update_time: new Date(TIME),
  revision: BSON.Long.ONE,
};

/** The resource server in MongoDB. */
export const earlierServerDocument: ResourceServerDocument = {
  _id: "billing-api",
  display_name: "Billing",
  release: BSON.Long.ZERO,
  resources: ["https://billing.example.com/"],
  create_time: new Date(TIME),
  update_time: new Date(TIME),
  revision: BSON.Long.ONE,
};

/** The entry in MongoDB. */
export const earlierEntryDocument: EntryDocument = {
  _id: BSON.Long.ONE,
  time: new Date(TIME + 1),
  actor: "billing-api",
  resource_server: "billing-api",
  request_id: "earlier request",
  changes: [
    { kind: "scope", name: "invoices.read", before: null, after: earlierScopeDocument },
    { kind: "resourceServer", name: "billing-api", before: null, after: earlierServerDocument },
  ],
};
