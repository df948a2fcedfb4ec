import { isScopeName, parseScopeParameter } from "../judging/scope-name.ts";

/** The scopes that a request needs, all of them: `"a b"` or `["a", "b"]`. An empty array: any valid token will do. */
export type RequiredScopes = string | readonly string[];

/**
 * Reads what is required, each name once. A guard reads it when it is set up, so that a mistake shows at the start and not
 * with the first request.
 *
 * @throws {TypeError} if a name is no scope name (RFC 6749 §3.3), or a string names none: an empty setting must not open a
 * door
 */
export function parseRequiredScopes(scopes: RequiredScopes): readonly string[] {
  const names = typeof scopes === "string" ? parseScopeParameter(scopes) : scopes;
  if (typeof scopes === "string" && names.length === 0) {
    throw new TypeError("The required scopes are empty: name at least one, or give [] to accept any valid token");
  }
  const wrong = names.find((name) => !isScopeName(name));
  if (wrong !== undefined) {
    throw new TypeError(`Required scope ${JSON.stringify(wrong)} is no scope name (RFC 6749 section 3.3)`);
  }
  return [...new Set(names)];
}
