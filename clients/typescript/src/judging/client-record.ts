/**
 * What a client may ask for: its policy and its grants. It has the meaning of the wire's `ClientPolicy`; times are
 * milliseconds since 1970-01-01T00:00:00Z.
 */
export interface ClientRecord {
  /** The OAuth client identifier (RFC 6749 §2.2), as the token issuer gives it. */
  readonly clientId: string;
  /** The ceiling: names, and templates as patterns. Empty: none. */
  readonly allowedScopes: readonly string[];
  /** The client's own defaults, in place of all others. Empty: none. */
  readonly defaultScopes: readonly string[];
  /** The restricted scopes that it holds a grant for, in name order. */
  readonly grantedScopes: readonly string[];
  readonly createTime: number;
  readonly updateTime: number;
  readonly revision: number;
}
