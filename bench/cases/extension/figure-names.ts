/** How the figures of the comparison are called: by these names the table for readers finds them again. */
import { type Operation, TOKEN_SCOPES } from "./side.ts";

/** How many scopes both have. */
export const EXTENSION_SIZES = [1_000, 100_000] as const;

/** Tokens are what each issues by itself: a JWT that is stored nowhere, and one that is looked up in the database. */
export const OPERATIONS: Readonly<Record<Operation, string>> = {
  issue: `a token by client credentials with ${TOKEN_SCOPES.length} scopes`,
  register: "registering a new scope",
  update: "changing a scope",
  introspect: "introspecting a token",
};

/** It does not depend on the size. */
export const UNTIL_VALID = "from the registration of a scope until every answer grants it";

/** What both issuers spend on judging in their own processes. */
export const JUDGING = `judging ${TOKEN_SCOPES.length} scopes in process`;

/** What was measured, with so many scopes. */
export function atSize(what: string, scopes: number): string {
  return `${what}, ${scopes.toLocaleString("en")} scopes`;
}
