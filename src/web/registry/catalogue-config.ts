/** What the server tells the page about itself, at `/catalogue.json`. */
export interface CatalogueConfig {
  /** Whether anybody may read, or has to sign in first. */
  readonly access: "open" | "sign_in";
  readonly dev: boolean;
  /** Where gRPC is served, for lines to copy. */
  readonly grpc_address: string;
  readonly grpc_tls: boolean;
  /** What tokens have to have in `aud`. */
  readonly audience: string;
  /** The names of the registry's own scopes. */
  readonly scopes: Readonly<Record<"read" | "admin" | "register" | "validate", string>>;
  /** The trusted issuers of tokens. */
  readonly issuers: readonly string[];
  /** Null: there is nowhere to sign in. */
  readonly sign_in: SignInConfig | null;
}

/** The issuer that people sign in with. */
export interface SignInConfig {
  readonly issuer: string;
  readonly client_id: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint?: string;
  readonly end_session_endpoint?: string;
  /** Whether the issuer names itself in every answer of its authorization endpoint (RFC 9207). */
  readonly authorization_response_iss_parameter_supported?: boolean;
  /** Whether the issuer could not be asked where its endpoints are. */
  readonly unavailable?: boolean;
}

/** Asks the server. @throws {Error} if it does not answer */
export async function loadConfig(): Promise<CatalogueConfig> {
  const response = await fetch("/catalogue.json", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`The registry answers ${response.status}`);
  return (await response.json()) as CatalogueConfig;
}
