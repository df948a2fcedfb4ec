import type { SafeAlgorithm } from "@scope-registry/client/tokens";

export { SAFE_ALGORITHMS } from "@scope-registry/client/tokens";

/** The JOSE `typ` values of a JWT access token (RFC 9068 §2.1). */
export const ACCESS_TOKEN_TYPES: readonly string[] = ["at+jwt", "application/at+jwt"];

/** How an issuer's introspection endpoint (RFC 7662) is asked. */
export interface IntrospectionSettings {
  readonly endpoint: string;
  /** The registry's own credentials there. */
  readonly clientId: string;
  /** Secret. */
  readonly clientSecret: string;
  /** How long an answer `active` is believed, at most until the token's `exp`. */
  readonly cacheSeconds: number;
  /** Whether JWTs that verify are asked about as well, so that revoked ones are refused. */
  readonly forJwts: boolean;
  /** Whether an opaque token for which the issuer tells no audience is taken, as one that is good everywhere. */
  readonly audienceOptional: boolean;
}

/** A trusted issuer of access tokens. */
export interface IssuerSettings {
  /** The `iss` of its tokens, compared exactly. */
  readonly issuer: string;
  /** Where its keys are. Undefined: its metadata tells (RFC 8414, OpenID Connect Discovery). */
  readonly jwksUri: string | undefined;
  readonly algorithms: readonly SafeAlgorithm[];
  /** Accepted JOSE `typ` values, compared as RFC 7515 §4.1.9 says. */
  readonly tokenTypes: readonly string[];
  /** The claim that names the client. */
  readonly clientIdClaim: string;
  /** The claim that holds the scopes: a space-delimited string or an array of strings. */
  readonly scopeClaim: string;
  /** Stands before the client's identifier in the owner's name. */
  readonly ownerPrefix: string;
  /** Undefined: opaque tokens of this issuer are not known here. */
  readonly introspection: IntrospectionSettings | undefined;
  /** How far its clock may be off. */
  readonly clockToleranceSeconds: number;
}

/** The `iss` of the built-in issuer of dev mode. The top-level domain `.invalid` can belong to nobody (RFC 2606 §2). */
export const DEV_ISSUER = "https://dev-issuer.scope-registry.invalid";

/** The built-in issuer of dev mode, as a trusted issuer. Its keys come from the data folder. */
export const DEV_ISSUER_SETTINGS: IssuerSettings = {
  issuer: DEV_ISSUER,
  jwksUri: undefined,
  algorithms: ["ES256"],
  tokenTypes: ACCESS_TOKEN_TYPES,
  clientIdClaim: "client_id",
  scopeClaim: "scope",
  ownerPrefix: "",
  introspection: undefined,
  clockToleranceSeconds: 0,
};
