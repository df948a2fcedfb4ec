import type { ClientRecord, ScopeRecord } from "@scope-registry/client/judging";
import type {
  ChangeKindName,
  LogEntry,
  RegistryPolicyRecord,
  ReservedNameRecord,
  ResourceServerModeName,
  ResourceServerRecord,
} from "../../store/scope-log.ts";
import type { CallDeadline } from "../call-deadline.ts";
import type { Actor } from "./authority.ts";

/** Who acts, in which call. */
export interface Act {
  readonly actor: Actor;
  /** Unique to the call. */
  readonly requestId: string;
  readonly deadline: CallDeadline;
}

/** The whole of a resource server's settings. UNRECOGNIZED, here and below: a value that the contract does not know. */
export interface ResourceServerSettings {
  readonly name: string;
  readonly displayName: string;
  readonly contact: string;
  readonly resources: readonly string[];
  readonly namePrefixes: readonly string[];
  readonly mode: ResourceServerModeName | "UNRECOGNIZED";
  readonly maySetDefaults: boolean;
}

/** A resource server and its scopes, as the registry tells of them. */
export interface ResourceServerDetails {
  readonly record: ResourceServerRecord;
  /** When it or one of its scopes last changed, and the revision of that. */
  readonly updateTime: number;
  readonly revision: number;
  readonly scopeCount: number;
  readonly contentHash: string;
}

/** What a client may ask for, its grants apart. */
export interface ClientPolicy {
  readonly clientId: string;
  readonly allowedScopes: readonly string[];
  readonly defaultScopes: readonly string[];
}

/** Who uses a scope: the meaning of the wire's `ScopeUsage`. */
export interface ScopeUsage {
  readonly name: string;
  /** Days since 1970-01-01, in UTC; undefined: never seen. */
  readonly lastValidatedDay: number | undefined;
  readonly clientIds: readonly string[];
  readonly grantCount: number;
  /** Some of the clients that hold a grant. */
  readonly grantedClientIds: readonly string[];
  readonly isDefault: boolean;
  readonly inUse: boolean;
}

/** Scopes after an act, and the revision at which they are. */
export interface ScopesAnswer {
  /** In the order asked, each once. */
  readonly scopes: readonly ScopeRecord[];
  readonly revision: number;
}

/** What came of disabling or deleting scopes. */
export interface RetirementAnswer extends ScopesAnswer {
  readonly usages: readonly ScopeUsage[];
}

/** Which scopes to disable or delete. */
export interface Retirement {
  readonly names: readonly string[];
  readonly force: boolean;
  readonly validateOnly: boolean;
}

/** Which page of a list. */
export interface PageQuery {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Empty: this is the last page. */
  readonly nextPageToken: string;
}

/** Which changes to list: the meaning of the wire's `ListChangesRequest`. Empty texts and lists let everything pass. */
export interface ChangesQuery extends PageQuery {
  readonly scope: string;
  readonly resourceServer: string;
  readonly clientId: string;
  readonly actor: string;
  readonly kinds: readonly (ChangeKindName | "UNRECOGNIZED")[];
  /** Milliseconds since 1970-01-01T00:00:00Z; not a number: no valid time. */
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly sinceRevision: number;
  /** 0: up to the newest. */
  readonly beforeRevision: number;
}

/** A part of the log, as it is exported. */
export interface ExportPart {
  readonly registryId: string;
  /** The revision that the export ends at. */
  readonly revision: number;
  readonly entries: readonly LogEntry[];
  /** Whether the last entry goes on in the next part, with the rest of its changes. */
  readonly continued: boolean;
}

/** A part of an exported log, to be imported. */
export interface ImportRequest {
  /** Empty: this is the first part. */
  readonly importId: string;
  readonly part: number;
  readonly entries: readonly LogEntry[];
  readonly continued: boolean;
  /** Whether it is the last part. */
  readonly complete: boolean;
}

/** What has come of an import. */
export interface ImportAnswer {
  readonly importId: string;
  readonly revision: number;
  /** Empty: the last part has not arrived yet. */
  readonly registryId: string;
}

/**
 * What the RPCs of `RegistryAdmin` do, below every transport. Each refuses with RegistryError who may not
 * (`authority.ts`), and what the contract says of its method. Acts are entries of the log; one that changes nothing is none.
 */
export interface Governance {
  setResourceServer(act: Act, settings: ResourceServerSettings, expected?: number): Promise<ResourceServerDetails>;
  getResourceServer(actor: Actor, name: string): ResourceServerDetails;
  listResourceServers(actor: Actor, query: PageQuery): Page<ResourceServerDetails>;

  setClientPolicy(act: Act, policy: ClientPolicy, expected?: number): Promise<ClientRecord>;
  getClientPolicy(actor: Actor, clientId: string): ClientRecord;
  listClientPolicies(actor: Actor, query: PageQuery): Page<ClientRecord>;
  /** Answers the revision. */
  deleteClientPolicy(act: Act, clientId: string, expected?: number): Promise<number>;
  grantScopes(act: Act, clientId: string, names: readonly string[]): Promise<ClientRecord>;
  revokeScopes(act: Act, clientId: string, names: readonly string[]): Promise<ClientRecord>;

  approveScopes(act: Act, names: readonly string[], expected?: number): Promise<ScopesAnswer>;
  refuseScopes(act: Act, names: readonly string[], expected?: number): Promise<ScopesAnswer>;
  disableScopes(act: Act, retirement: Retirement): Promise<RetirementAnswer>;
  enableScopes(act: Act, names: readonly string[]): Promise<ScopesAnswer>;
  deleteScopes(act: Act, retirement: Retirement): Promise<RetirementAnswer>;
  /** Answers the revision. */
  releaseNames(act: Act, names: readonly string[]): Promise<number>;
  transferScopes(act: Act, names: readonly string[], newOwner: string): Promise<ScopesAnswer>;
  listReservedNames(actor: Actor, owner: string, query: PageQuery): Page<ReservedNameRecord>;
  listScopeUsages(actor: Actor, names: readonly string[]): Promise<readonly ScopeUsage[]>;

  /** Undefined: it was never set, and is OPEN. */
  getRegistryPolicy(actor: Actor): RegistryPolicyRecord | undefined;
  setRegistryPolicy(
    act: Act,
    names: RegistryPolicyRecord["names"] | "UNRECOGNIZED",
    expected?: number,
  ): Promise<RegistryPolicyRecord>;

  listChanges(actor: Actor, query: ChangesQuery): Promise<Page<LogEntry>>;
  exportLog(actor: Actor, deadline: CallDeadline): AsyncIterable<ExportPart>;
  importLog(actor: Actor, request: ImportRequest): Promise<ImportAnswer>;
}
