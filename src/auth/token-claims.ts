/** Reading single claims, the same way in a JWT and in an introspection answer. Undefined is an absent claim. */
import { isScopeName, parseScopeParameter } from "@scope-registry/client/judging";
import type { Confirmation } from "./active-token.ts";
import { tokenInvalid } from "./refusals.ts";

/** The largest time that a date can have, in seconds; larger ones would not survive the way to the caller. */
const MAX_SECONDS = 8_640_000_000_000;

/** An OAuth client identifier (RFC 6749 Appendix A.1), bounded. ASCII only, so that no two identifiers look alike. */
const CLIENT_ID = /^[ -~]{1,255}$/;

/** Whether an owner can be named after this client identifier: 1 to 255 printable ASCII characters. */
export function isClientId(clientId: unknown): clientId is string {
  return typeof clientId === "string" && CLIENT_ID.test(clientId);
}

/** A claim that is a string. @throws {RegistryError} TOKEN_INVALID */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === "string" && value.isWellFormed())) {
    return value;
  }
  throw malformed(name);
}

/** A NumericDate (RFC 7519 §2) in whole seconds, rounded down. @throws {RegistryError} TOKEN_INVALID */
export function readSeconds(name: string, value: unknown): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value === "number" && Math.abs(value) <= MAX_SECONDS) {
    return Math.floor(value);
  }
  throw malformed(name);
}

/** A string or an array of strings, as `aud` is (RFC 7519 §4.1.3). @throws {RegistryError} TOKEN_INVALID */
export function readTexts(name: string, value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.map((element) => {
    const text = readText(name, element);
    if (text === undefined) {
      throw malformed(name);
    }
    return text;
  });
}

/** Scope names, from a space-delimited string or an array. @throws {RegistryError} TOKEN_INVALID */
export function readScopes(name: string, value: unknown): string[] {
  const names = typeof value === "string" ? parseScopeParameter(value) : readTexts(name, value);
  return [...new Set(names.filter(isScopeName))];
}

/** The claim `cnf`. @throws {RegistryError} TOKEN_INVALID */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  if (cnf === undefined) {
    return undefined;
  }
  if (typeof cnf !== "object" || cnf === null || Array.isArray(cnf)) {
    throw malformed("cnf");
  }
  const { jkt, "x5t#S256": certificate, ...others } = cnf as Record<string, unknown>;
  const confirmation = {
    jkt: readText("cnf", jkt),
    certificateSha256: readText("cnf", certificate),
    unknown: Object.keys(others).length > 0,
  };
  // An empty `cnf` binds to nothing that could be checked.
  const empty = jkt === undefined && certificate === undefined;
  return empty ? { ...confirmation, unknown: true } : confirmation;
}

function malformed(name: string): Error {
  return tokenInvalid(`The token's "${name}" is malformed: its issuer must correct it`);
}
