/** Prints a token of the dev issuer: `npm run --silent token -- --client billing-api --scope scope_registry.register`. */
import { parseArgs } from "node:util";
import { isScopeName, parseScopeParameter } from "@scope-registry/client/judging";
import { type DevTokenRequest, openDevIssuer } from "../auth/dev-issuer.ts";
import { isClientId } from "../auth/token-claims.ts";
import { SETTINGS, variableName } from "../config/settings-table.ts";

const USAGE = `Prints an access token of the dev issuer, for a server that runs in dev mode.

  npm run --silent token -- --client billing-api --scope "${SETTINGS.scopeRegister.default}"

  --client    the client (client_id) that the token is for; required
  --scope     its scopes, parted by spaces; none if not given
  --ttl       how long it is valid, in seconds; 3600 if not given, at most 31536000
  --audience  whom it is for; ${variableName("audience")}, or ${SETTINGS.audience.default}
  --data-dir  the server's data folder; ${variableName("dataDir")}, or ${SETTINGS.dataDir.default}
  --help      prints this
`;

/** The longest life of a token, in seconds: a year. */
const MAX_TTL_SECONDS = 31_536_000;

/** What was asked for cannot be done. The message is one sentence for the terminal. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

function readArguments(argv: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { client: text, scope: text, ttl: text, audience: text, "data-dir": text, help: { type: "boolean" } };
  try {
    return parseArgs({ args: [...argv], options: options as typeof options & { help: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}: --help shows the options`);
  }
}

function toRequest(values: ReturnType<typeof readArguments>): DevTokenRequest {
  const { client, scope = "", ttl = "3600" } = values;
  if (!isClientId(client)) {
    throw new UsageError("Give --client the client_id that the token is for, in 1 to 255 ASCII characters");
  }
  const malformed = parseScopeParameter(scope).find((name) => !isScopeName(name));
  if (malformed !== undefined) {
    throw new UsageError("Give --scope names parted by spaces, without quotes, backslashes and control characters");
  }
  const ttlSeconds = /^\d{1,8}$/.test(ttl) ? Number(ttl) : 0;
  if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    throw new UsageError(`Give --ttl a number of seconds from 1 to ${MAX_TTL_SECONDS}`);
  }
  const audience = values.audience || process.env[variableName("audience")] || SETTINGS.audience.default;
  return { clientId: client, scope, ttlSeconds, audience };
}

async function main(): Promise<void> {
  const values = readArguments(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const request = toRequest(values);
  const dataDir = values["data-dir"] || process.env[variableName("dataDir")] || SETTINGS.dataDir.default;
  const devIssuer = await openDevIssuer(dataDir);
  process.stdout.write(`${await devIssuer.mint(request)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
