/** Judging scopes without I/O: the same code in the registry's server and in the token issuer's replica. */
export * from "./consent-text.ts";
export * from "./judge-scopes.ts";
export * from "./language-tag.ts";
export * from "./resource-uri.ts";
export * from "./scope-index.ts";
export * from "./scope-name.ts";
export * from "./scope-record.ts";
export * from "./validation.ts";
export * from "./violation.ts";
