import { access } from "node:fs/promises";
import { join } from "node:path";
import { isScopeName, parseScopeParameter } from "@scope-registry/client/judging";
import { DEV_ISSUER_FILE, DevIssuerError, type DevTokenRequest, openDevIssuer } from "../auth/dev-issuer.ts";
import { isClientId } from "../auth/token-claims.ts";
import { SETTINGS, variableName } from "../config/settings-table.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

/** The longest life of a token, in seconds: a year. */
const MAX_TTL_SECONDS = 31_536_000;

/** What a token of the dev issuer is asked for with, as it stands on the command line. */
export interface DevTokenFlags {
  readonly client?: string | undefined;
  /** Names parted by spaces. */
  readonly scope?: string | undefined;
  /** In seconds. */
  readonly ttl?: string | undefined;
  readonly audience?: string | undefined;
  readonly dataDir?: string | undefined;
}

/**
 * Makes a token of the dev issuer whose key is in the data folder.
 *
 * @param onlyIfThereIsAKey whether a folder without a key is refused; else it is made, for a server that starts later
 * @throws {CommandError} if what is asked for cannot be had
 */
export async function mintDevToken(
  flags: DevTokenFlags,
  env: NodeJS.ProcessEnv,
  { onlyIfThereIsAKey = false } = {},
): Promise<string> {
  const request = toRequest(flags, env);
  const dataDir = flags.dataDir || env[variableName("dataDir")] || SETTINGS.dataDir.default;
  if (onlyIfThereIsAKey) await requireKey(dataDir);
  try {
    return await (await openDevIssuer(dataDir)).mint(request);
  } catch (error) {
    throw error instanceof DevIssuerError ? new CommandError(error.message, EXIT.badInput, { cause: error }) : error;
  }
}

function toRequest(
  { client, scope = "", ttl = "3600", audience }: DevTokenFlags,
  env: NodeJS.ProcessEnv,
): DevTokenRequest {
  if (!isClientId(client)) {
    throw new CommandError(
      "Give --client the client_id that the token is for, in 1 to 255 ASCII characters",
      EXIT.badInput,
    );
  }
  if (!parseScopeParameter(scope).every(isScopeName)) {
    throw new CommandError(
      "Give --scope names parted by spaces, without quotes, backslashes and control characters",
      EXIT.badInput,
    );
  }
  const ttlSeconds = /^\d{1,8}$/.test(ttl) ? Number(ttl) : 0;
  if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    throw new CommandError(`Give --ttl a number of seconds from 1 to ${MAX_TTL_SECONDS}`, EXIT.badInput);
  }
  return {
    clientId: client,
    scope,
    ttlSeconds,
    audience: audience || env[variableName("audience")] || SETTINGS.audience.default,
  };
}

async function requireKey(dataDir: string): Promise<void> {
  await access(join(dataDir, DEV_ISSUER_FILE)).catch(() => {
    throw new CommandError(
      `The folder ${dataDir} holds no key of a dev issuer: start the server in dev mode, or give --data-dir its folder`,
      EXIT.badInput,
    );
  });
}
