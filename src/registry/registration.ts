import type { ConsentText, ScopeRecord } from "@scope-registry/client/judging";

/** What a caller says of one scope. A member that is undefined was left out. */
export interface ScopeDefinition {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean | undefined;
  readonly restricted: boolean | undefined;
  /** Empty: left out. */
  readonly resources: readonly string[];
  /** By BCP 47 tag. Empty: left out. */
  readonly consentTexts: Readonly<Record<string, ConsentText>>;
  readonly deprecated: boolean | undefined;
  readonly replacedBy: string | undefined;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly sunsetTime: number | undefined;
  readonly unlisted: boolean | undefined;
  /** Other names that the scope answers to. Empty: left out. */
  readonly aliases: readonly string[];
}

/** A registration: the meaning of the wire's `RegisterScopesRequest`. */
export interface Registration {
  readonly scopes: readonly ScopeDefinition[];
  /** UNRECOGNIZED: a value that the contract does not know, which `checkRegistration` refuses. */
  readonly mode: "MERGE" | "REPLACE" | "UNRECOGNIZED";
  /** 0: none. */
  readonly release: number;
  readonly validateOnly: boolean;
  /** Empty: left out. */
  readonly displayName: string;
  readonly expectedRevision: number | undefined;
}

/** What a registration did to a scope: the names of the wire's `RegistrationOutcome`. */
export type RegistrationOutcomeName = "CREATED" | "UPDATED" | "UNCHANGED" | "DISABLED" | "SUPERSEDED";

/** What became of one scope of a registration. */
export interface RegistrationResult {
  readonly name: string;
  readonly outcome: RegistrationOutcomeName;
  /** The scope afterwards; undefined if it was superseded and is not registered. */
  readonly scope: ScopeRecord | undefined;
}

/** What became of a registration: the meaning of the wire's `RegisterScopesResponse`. */
export interface RegistrationAnswer {
  readonly results: readonly RegistrationResult[];
  readonly revision: number;
  readonly contentHash: string;
}
