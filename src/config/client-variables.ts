/** The environment variables of the command line, which the server passes over: both may run in one shell. */
export const CLIENT_VARIABLES = [
  "SCOPE_REGISTRY_ADDRESS",
  "SCOPE_REGISTRY_TOKEN",
  "SCOPE_REGISTRY_CLIENT_ID",
  "SCOPE_REGISTRY_CLIENT_SECRET",
  "SCOPE_REGISTRY_CLIENT_SECRET_FILE",
  "SCOPE_REGISTRY_ISSUER",
  "SCOPE_REGISTRY_TOKEN_ENDPOINT",
  "SCOPE_REGISTRY_TOKEN_SCOPE",
  "SCOPE_REGISTRY_RESOURCE",
] as const;
