import { Code, ConnectError, type Credentials, refusalOf } from "@scope-registry/client";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

/** An error of a command; where the token endpoint refuses, with the scopes that it was asked for, which are often why. */
export function withAskedScopes(error: unknown, credentials: Credentials): unknown {
  if (credentials === "none" || !("clientCredentials" in credentials) || !isEndpointsRefusal(error)) return error;
  const { scope } = credentials.clientCredentials;
  return new CommandError(
    `${error.rawMessage}\n  It was asked for ${scope}: set SCOPE_REGISTRY_TOKEN_SCOPE to ask for other scopes`,
    EXIT.refused,
    { cause: error },
  );
}

/** The registry's own refusals carry a reason; the connection's do not, and one of them is of a file that cannot be read. */
function isEndpointsRefusal(error: unknown): error is ConnectError {
  return (
    error instanceof ConnectError &&
    error.code === Code.Unauthenticated &&
    refusalOf(error) === undefined &&
    error.rawMessage.startsWith("The token endpoint ")
  );
}
