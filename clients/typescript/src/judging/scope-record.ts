/** Where a scope stands in its life: the names of the wire's `ScopeState`. */
export type ScopeStateName = "ACTIVE" | "DEPRECATED" | "DISABLED" | "PENDING";

/** What a consent screen shows for a scope in one language. */
export interface ConsentText {
  readonly title: string;
  readonly description: string;
}

/** What decides over who gets a scope: what waits where a resource server's registrations are reviewed. */
export interface ScopeProposal {
  readonly isDefault: boolean;
  readonly restricted: boolean;
  readonly resources: readonly string[];
  readonly aliases: readonly string[];
}

/**
 * A registered scope, as it is kept in memory and in the store. It has the meaning of the wire's `Scope`; times are
 * milliseconds since 1970-01-01T00:00:00Z, and revisions are whole numbers up to 2^53 - 1.
 */
export interface ScopeRecord {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** Empty for the registry's own scopes, which no caller owns. */
  readonly owner: string;
  readonly state: ScopeStateName;
  readonly restricted: boolean;
  readonly resources: readonly string[];
  /** By BCP 47 tag, in canonical form (RFC 5646 §4.5). */
  readonly consentTexts: Readonly<Record<string, ConsentText>>;
  /** What the owner declared. It outlives a time in state DISABLED. */
  readonly deprecated: boolean;
  /** Empty: nothing replaces it. */
  readonly replacedBy: string;
  readonly sunsetTime: number | undefined;
  readonly unlisted: boolean;
  /** Other names that the scope answers to. */
  readonly aliases: readonly string[];
  /** Whether an administrator has disabled it, so that its owner cannot make it valid again. */
  readonly disabledByAdmin: boolean;
  /** What waits for a review while what was approved before is in force; undefined in every state but PENDING. */
  readonly proposal: ScopeProposal | undefined;
  /** What it proposed last, if that was refused: it is not proposed again. Undefined where it is not valid or anything waits. */
  readonly refusedProposal: ScopeProposal | undefined;
  readonly createTime: number;
  readonly updateTime: number;
  readonly revision: number;
}
