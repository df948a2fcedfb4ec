/** Prints a token of the dev issuer: `npm run --silent token -- --client billing-api --scope scope_registry.register`. */
import { parseArgs } from "node:util";
import { SETTINGS, variableName } from "../config/settings-table.ts";
import { CommandError } from "./command-error.ts";
import { mintDevToken } from "./dev-token.ts";
import { EXIT } from "./exit-code.ts";

const USAGE = `Prints an access token of the dev issuer, for a server that runs in dev mode.

  npm run --silent token -- --client billing-api --scope "${SETTINGS.scopeRegister.default}"

  --client    the client (client_id) that the token is for; required
  --scope     its scopes, parted by spaces; none if not given
  --ttl       how long it is valid, in seconds; 3600 if not given, at most 31536000
  --audience  whom it is for; ${variableName("audience")}, or ${SETTINGS.audience.default}
  --data-dir  the server's data folder; ${variableName("dataDir")}, or ${SETTINGS.dataDir.default}
  --help      prints this
`;

function readArguments(argv: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { client: text, scope: text, ttl: text, audience: text, "data-dir": text, help: { type: "boolean" } };
  try {
    return parseArgs({ args: [...argv], options: options as typeof options & { help: { type: "boolean" } } }).values;
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split(". ")[0]}: --help shows the options`, EXIT.badInput);
  }
}

async function main(): Promise<void> {
  const values = readArguments(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  process.stdout.write(`${await mintDevToken({ ...values, dataDir: values["data-dir"] }, process.env)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
