/**
 * The names of the registry's own scopes: what callers need in their tokens. All are scope names, and different, but that
 * `dotDynamicScopes` may be `register`.
 */
export interface RegistryScopeNames {
  /** Needed to register scopes. */
  readonly register: string;
  /** Needed, beside `register`, to make a scope a default. */
  readonly registerDefault: string;
  /** Needed to list and to watch. */
  readonly read: string;
  /** Needed to validate. */
  readonly validate: string;
  /** Needed to introspect. */
  readonly introspect: string;
  /** Shows an introspecting caller the scopes of every resource server. */
  readonly introspectAll: string;
  /** Needed for governance. */
  readonly admin: string;
  /** Does for `register` where a resource server registers by the protocol of dot-dynamic-scopes. Absent: nobody does. */
  readonly dotDynamicScopes?: string;
}

/** What one of the registry's own scopes is for that every registry has, whatever its name. */
export type OwnScope = Exclude<keyof RegistryScopeNames, "dotDynamicScopes">;

/** Every one of the registry's own scopes that every registry has. */
export const OWN_SCOPES = [
  "register",
  "registerDefault",
  "read",
  "validate",
  "introspect",
  "introspectAll",
  "admin",
] as const satisfies readonly OwnScope[];
