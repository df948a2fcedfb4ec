/** The longest scope name that can be registered, in characters. */
export const MAX_SCOPE_NAME_LENGTH = 255;

const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** Whether a name is a scope-token of RFC 6749 §3.3 and at most {@link MAX_SCOPE_NAME_LENGTH} characters long. */
export function isScopeName(name: string): boolean {
  return SCOPE_TOKEN.test(name);
}

/**
 * The names in a `scope` parameter (RFC 6749 §3.3), in order. Runs of spaces part names as one space does; any other
 * character stays part of a name, so that what is no scope-token is judged as malformed instead of being passed over.
 */
export function parseScopeParameter(scope: string): string[] {
  return scope.split(" ").filter((name) => name !== "");
}
