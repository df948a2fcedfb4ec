import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import type {
  LogEntry,
  RecordChange,
  RegistryPolicyRecord,
  ReservedNameRecord,
  ResourceServerRecord,
} from "../../src/store/scope-log.ts";

export * from "./any-records.ts";

/** A scope with nothing special about it, changed where a test needs it. */
export function sampleScope(changes: Partial<ScopeRecord> = {}): ScopeRecord {
  return {
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
    sunsetTime: undefined,
    unlisted: false,
    aliases: [],
    disabledByAdmin: false,
    proposal: undefined,
    refusedProposal: undefined,
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

/** A resource server likewise. */
export function sampleResourceServer(changes: Partial<ResourceServerRecord> = {}): ResourceServerRecord {
  return {
    name: "billing-api",
    displayName: "Billing",
    contact: "",
    release: 0,
    resources: ["https://billing.example.com/"],
    namePrefixes: [],
    mode: "READ_WRITE",
    maySetDefaults: false,
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

/** A client's policy and grants likewise. */
export function sampleClient(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    clientId: "web-shop",
    allowedScopes: [],
    defaultScopes: [],
    grantedScopes: ["invoices.read"],
    createTime: 1_700_000_000_000,
    updateTime: 1_700_000_000_000,
    revision: 1,
    ...changes,
  };
}

/** A reserved name likewise. */
export function sampleReservedName(changes: Partial<ReservedNameRecord> = {}): ReservedNameRecord {
  return { name: "invoices.old", owner: "billing-api", createTime: 1_700_000_000_000, revision: 1, ...changes };
}

/** The registry's policy likewise. */
export function sampleRegistryPolicy(changes: Partial<RegistryPolicyRecord> = {}): RegistryPolicyRecord {
  return { names: "PREFIX_REQUIRED", updateTime: 1_700_000_000_000, revision: 1, ...changes };
}

let requests = 0;

/** An entry with a request id of its own. */
export function sampleEntry(
  revision: number,
  changes: readonly RecordChange[] = [],
  fields: Partial<LogEntry> = {},
): LogEntry {
  requests += 1;
  return {
    revision,
    time: 1_700_000_000_000 + revision,
    actor: "billing-api",
    resourceServer: "billing-api",
    kind: "REGISTRATION",
    requestId: `request ${requests}`,
    changes,
    ...fields,
  };
}

/** The change that makes a new scope. */
export function createScope(scope: ScopeRecord): RecordChange {
  return { kind: "scope", name: scope.name, before: undefined, after: scope };
}
