/** The signature algorithms that can be accepted: asymmetric ones without known weakness (RFC 8725 §3.1, §3.2). */
export const SAFE_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** One of {@link SAFE_ALGORITHMS}. */
export type SafeAlgorithm = (typeof SAFE_ALGORITHMS)[number];
