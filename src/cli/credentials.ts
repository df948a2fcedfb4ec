import type { ClientCredentials, Credentials } from "@scope-registry/client";
import { CLIENT_VARIABLES } from "../config/client-variables.ts";
import { OWN_SCOPES, type OwnScope } from "../config/registry-scope-names.ts";
import { SETTINGS, type SettingKey, variableName } from "../config/settings-table.ts";
import { CommandError } from "./command-error.ts";
import { mintDevToken } from "./dev-token.ts";
import { EXIT } from "./exit-code.ts";

/** Which of the registry's own scopes a command needs. */
export type Needs = readonly OwnScope[];

/** The flags that say who calls. */
export interface CallerFlags {
  readonly address: string;
  readonly tokenFile?: string;
  /** A token of the dev issuer is made for the call. */
  readonly dev?: true;
  /** Whose token that is: of a resource server; undefined: of an administrator. */
  readonly as?: string;
  readonly dataDir?: string;
}

/** Whose token the dev issuer makes if that is not told: of an administrator, who may do everything. */
const DEV_OPERATOR = "operator";
/** What a resource server is given that somebody acts as. */
const OWNERS_SCOPES: Needs = ["register", "registerDefault", "read", "validate", "introspect"];

/** How long a token of the dev issuer is for, in seconds: `watch` may take long. */
const DEV_TOKEN_TTL = "43200";

const LOOPBACK = /^(https?:\/\/)?(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|\/|$)/;

/**
 * The credentials that flags or, where they say nothing, the environment give: a token of the dev issuer, a token file, a
 * token, the client credentials grant.
 *
 * @throws {CommandError} if there are none, or a token of the dev issuer cannot be made
 */
export async function readCredentials(flags: CallerFlags, needs: Needs, env: NodeJS.ProcessEnv): Promise<Credentials> {
  const { tokenFile, dev } = flags;
  if (dev) return { token: await devToken(flags, env) };
  if (tokenFile !== undefined) return { tokenFile };
  const variables = Object.fromEntries(CLIENT_VARIABLES.map((name) => [name, env[name] || undefined]));
  const { SCOPE_REGISTRY_TOKEN: token, SCOPE_REGISTRY_CLIENT_ID: clientId } = variables;
  if (token !== undefined) return { token };
  if (clientId !== undefined) return { clientCredentials: clientCredentials(clientId, variables, needs, env) };
  throw new CommandError(
    "There is no token: give --token-file, set SCOPE_REGISTRY_TOKEN or SCOPE_REGISTRY_CLIENT_ID, or --dev for a server in dev mode on this machine",
    EXIT.refused,
  );
}

async function devToken(flags: CallerFlags, env: NodeJS.ProcessEnv): Promise<string> {
  const { address, tokenFile, as, dataDir } = flags;
  if (tokenFile !== undefined)
    throw new CommandError("--dev makes a token of its own: leave --token-file out", EXIT.badInput);
  if (!LOOPBACK.test(address)) {
    throw new CommandError(
      `--dev is for a server on this machine, not for ${address}: give --token-file`,
      EXIT.badInput,
    );
  }
  const scope = scopeNames(as === undefined ? OWN_SCOPES : OWNERS_SCOPES, env);
  const request = { client: as ?? DEV_OPERATOR, scope, ttl: DEV_TOKEN_TTL, dataDir };
  return mintDevToken(request, env, { onlyIfThereIsAKey: true });
}

function clientCredentials(
  clientId: string,
  variables: Readonly<Record<string, string | undefined>>,
  needs: Needs,
  env: NodeJS.ProcessEnv,
): ClientCredentials {
  return {
    clientId,
    clientSecret: variables["SCOPE_REGISTRY_CLIENT_SECRET"],
    clientSecretFile: variables["SCOPE_REGISTRY_CLIENT_SECRET_FILE"],
    issuer: variables["SCOPE_REGISTRY_ISSUER"],
    tokenEndpoint: variables["SCOPE_REGISTRY_TOKEN_ENDPOINT"],
    scope: variables["SCOPE_REGISTRY_TOKEN_SCOPE"] ?? scopeNames(needs, env),
    resource: variables["SCOPE_REGISTRY_RESOURCE"],
    audience: env[variableName("audience")] || undefined,
  };
}

/** The scopes as the registry at hand names them: that is a setting of the server. */
function scopeNames(needs: Needs, env: NodeJS.ProcessEnv): string {
  const keys = needs.map((need) => `scope${need.charAt(0).toUpperCase()}${need.slice(1)}` as ScopeSettingKey);
  return keys.map((key) => env[variableName(key)] || SETTINGS[key].default).join(" ");
}

type ScopeSettingKey = Extract<SettingKey, `scope${string}`>;
