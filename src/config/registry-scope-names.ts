/** The names of the registry's own scopes: what callers need in their tokens. All are different, and scope names. */
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
}

/** What one of the registry's own scopes is for, whatever its name. */
export type OwnScope = keyof RegistryScopeNames;

/** Every one of the registry's own scopes. */
export const OWN_SCOPES = [
  "register",
  "registerDefault",
  "read",
  "validate",
  "introspect",
  "introspectAll",
  "admin",
] as const satisfies readonly OwnScope[];
