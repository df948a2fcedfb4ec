import type { LoadGenerator } from "../../load/load-generator.ts";
import { SCOPES_PER_OWNER, scopeName } from "../../registry/bench-scopes.ts";

/** How many requests are under way at a time: on a connection each, one after the other. */
export const CONNECTIONS = 4;
/** How many different tokens are introspected, over and over. */
export const SHOWN_TOKENS = 1_000;
/** How many different registrations there are: more than are made in a run. */
export const REGISTRATIONS = 20_000;
/** The scopes that a token is asked for with, by their places: those of one API. */
export const TOKEN_SCOPES = [0, 1, 2];

/** What both do, each in its own way. */
export type Operation = "issue" | "register" | "update" | "introspect";

/** One of both that are compared: the registry with a token issuer, or the authorization server with the extension. */
export interface Side {
  /** Opens each operation as load. */
  readonly loads: Readonly<Record<Operation, () => Promise<LoadGenerator>>>;
  /** Registers a scope, and returns when that is acknowledged. */
  register(name: string): Promise<void>;
  /** Asks the issuer for a token with a scope, and tells whether it gives one. */
  isGranted(name: string): Promise<boolean>;
}

/** The name of a scope that is registered under load. */
export function newScopeName(at: number): string {
  return `new-api:resource-${at}:read`;
}

/** The name of a scope that is changed under load: one API's own, in turn. */
export function ownScopeName(at: number): string {
  return scopeName(at % SCOPES_PER_OWNER);
}

/** A POST to a token endpoint. */
export interface TokenRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Asks for a token by client credentials (RFC 6749 §4.4). */
export function tokenRequest(clientId: string, clientSecret: string, scope: string): TokenRequest {
  return {
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: "client_credentials", scope }).toString(),
  };
}

/** Whether a token endpoint grants it. Rejects if it does anything else than granting or refusing it. */
export async function grants(url: string, request: TokenRequest): Promise<boolean> {
  const response = await fetch(url, { method: "POST", ...request });
  const { error } = (await response.json()) as { error?: string };
  if (response.ok) return true;
  if (error === "invalid_scope") return false;
  throw new Error(`The token endpoint answers ${response.status} ${error}`);
}
