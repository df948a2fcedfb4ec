/**
 * Building blocks for verifying JWT access tokens: the same code in the registry's server and in the guards of resource
 * servers. They know neither; who needs a guard finds it in the main entry point.
 */
export { type Fetch, fetchBounded } from "./bounded-fetch.ts";
export { createIssuerKeys, type IssuerKeysOptions } from "./issuer-keys.ts";
export { discoverMetadata, type IssuerLocation, type IssuerMetadata } from "./issuer-metadata.ts";
export { requireAccessToken } from "./jwt-kind.ts";
export { unverifiedIssuer, type VerifyOptions, verifyJwt } from "./jwt-verification.ts";
export { SAFE_ALGORITHMS, type SafeAlgorithm } from "./safe-algorithms.ts";
export { isLoopbackHost, isSecureUrl } from "./secure-url.ts";
export { TokenRefusedError, TokenUncheckedError } from "./token-errors.ts";
