/** Reading single claims of a token. Undefined is an absent claim. */
import { isScopeName, parseScopeParameter } from "../judging/scope-name.ts";
import { TokenRefusedError } from "../tokens/token-errors.ts";

/** The largest time that a date can have, in seconds. */
const MAX_SECONDS = 8_640_000_000_000;

/** A claim that is a string. @throws {TokenRefusedError} */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw malformed(name);
}

/** A NumericDate (RFC 7519 §2). @throws {TokenRefusedError} */
export function readSeconds(name: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === "number" && Math.abs(value) <= MAX_SECONDS)) return value;
  throw malformed(name);
}

/** A string or an array of strings, as `aud` is (RFC 7519 §4.1.3). @throws {TokenRefusedError} */
export function readTexts(name: string, value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (values.every((element) => typeof element === "string")) return values;
  throw malformed(name);
}

/** Scope names, each once, from a space-delimited string or an array; what is no scope name is left out. @throws {TokenRefusedError} */
export function readScopes(name: string, value: unknown): string[] {
  const names = typeof value === "string" ? parseScopeParameter(value) : readTexts(name, value);
  return [...new Set(names.filter(isScopeName))];
}

function malformed(name: string): TokenRefusedError {
  return new TokenRefusedError(`The token's ${name} is malformed: its issuer must correct it`);
}
