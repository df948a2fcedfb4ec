/**
 * The client of the scope registry: the connection, what a resource server needs, what a token issuer needs, and the
 * generated messages and services.
 */
export { Code, ConnectError } from "@connectrpc/connect";
export { connectScopeRegistry } from "./connection/connect-scope-registry.ts";
export type { ConnectionOptions, TlsOptions } from "./connection/connection-options.ts";
export { ConnectionOptionsError } from "./connection/connection-options-error.ts";
export type { ClientCredentials, Credentials } from "./connection/credentials.ts";
export { type RegistryRefusal, refusalOf } from "./connection/refusal.ts";
export type { ScopeRegistryConnection } from "./connection/scope-registry-connection.ts";
export type { Violation } from "./judging/violation.ts";
export * from "./messages.ts";
export { createScopeReplica } from "./replica/create-scope-replica.ts";
export { InvalidRequestError } from "./replica/invalid-request-error.ts";
export type { ReplicaOptions, ReplicaProblem } from "./replica/replica-options.ts";
export type { ReplicaChange, ReplicaJudgement, ScopeReplica } from "./replica/scope-replica.ts";
export { SnapshotFileError } from "./replica/snapshot-file.ts";
export type { AccessDecision, AccessRequest } from "./resource-server/access-decision.ts";
export type {
  AccessToken,
  CheckedToken,
  PresentedToken,
  SenderBinding,
  TokenChecker,
  TokenCheckerFactory,
} from "./resource-server/access-token.ts";
export type { HttpAnswer } from "./resource-server/http-answer.ts";
export { type IntrospectedTokensOptions, introspectedTokens } from "./resource-server/introspected-tokens.ts";
export { type JwtTokensOptions, jwtTokens } from "./resource-server/jwt-tokens.ts";
export {
  createProtectedResource,
  type ProtectedResource,
  type ProtectedResourceOptions,
} from "./resource-server/protected-resource.ts";
export {
  type RegistrationOptions,
  type RegistrationRetry,
  registerAtStartup,
  type StartupRegistration,
} from "./resource-server/register-at-startup.ts";
export type { RegisteredScopes, RegistrationOutcomeName } from "./resource-server/registered-scopes.ts";
export { RegistrationRefusedError, RegistrationTimeoutError } from "./resource-server/registration-errors.ts";
export type { Refusal, RefusalReason } from "./resource-server/request-refusal.ts";
export { parseRequiredScopes, type RequiredScopes } from "./resource-server/required-scopes.ts";
export type { ProtectedResourceMetadata } from "./resource-server/resource-metadata.ts";
export type { ConsentTextInput, ScopeDefinitionInput } from "./resource-server/scope-definition-input.ts";
export { readScopeFile, type ScopeFile } from "./resource-server/scope-file.ts";
export { ScopeFileError } from "./resource-server/scope-file-error.ts";
export { SAFE_ALGORITHMS, type SafeAlgorithm } from "./tokens/safe-algorithms.ts";
export { TokenRefusedError, TokenUncheckedError } from "./tokens/token-errors.ts";
