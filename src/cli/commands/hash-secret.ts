import { Command } from "@commander-js/extra-typings";
import { hashSecret, MAX_SECRET_LENGTH, MIN_SECRET_LENGTH } from "../../auth/introspection-clients/client-secrets.ts";
import { isClientId } from "../../auth/token-claims.ts";
import { askSecret } from "../ask-secret.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
import { examples } from "../registry-command.ts";

/** `scope-registry hash-secret`: an entry for the file of introspection clients. The secret never stands on the command line. */
export const hashSecretCommand = () =>
  new Command("hash-secret")
    .description("Prints an entry for the file of introspection clients; the secret is read from standard input")
    // What is too much may be the secret, which the library would repeat.
    .allowExcessArguments()
    .argument("<client>", "the client_id by which the client introspects")
    .option("--owner <name>", "the resource server whose scopes it is shown; the client, if not given")
    .option("--introspect-all", "it is shown the scopes of every resource server")
    .addHelpText(
      "after",
      examples("hash-secret billing-api < secret.txt", "hash-secret gateway --introspect-all < secret.txt"),
    )
    .action(async (client, { owner, introspectAll }, { args }) => {
      if (args.length > 1) throw new CommandError(TOO_MUCH, EXIT.badInput);
      for (const name of [client, owner ?? client]) if (!isClientId(name)) throw new CommandError(NAMES, EXIT.badInput);
      const secret = await askSecret(`Secret of ${client}: `);
      const problem = secretProblem(secret);
      if (problem !== undefined) throw new CommandError(problem, EXIT.badInput);
      const entry = {
        client_id: client,
        secret_hashes: [await hashSecret(secret)],
        ...(owner !== undefined && { owner }),
        ...(introspectAll && { introspect_all: true }),
      };
      process.stdout.write(`${JSON.stringify(entry, null, 2)}\n`);
      if (/[^A-Za-z0-9\-._~]/.test(secret)) process.stderr.write(`${ENCODING}\n`);
    });

const NAMES = "Give the client, and --owner, in 1 to 255 printable ASCII characters";

const TOO_MUCH =
  "Give the client alone, and the secret on standard input: others on this machine can read a command line";

const ENCODING =
  "The secret has characters that a client must encode before it sends them (RFC 6749 section 2.3.1), which many do not: better choose one of letters and digits, openssl rand -hex 32 for example";

function secretProblem(secret: string): string | undefined {
  if (secret.length < MIN_SECRET_LENGTH) {
    return `Give a secret of at least ${MIN_SECRET_LENGTH} characters on standard input: openssl rand -hex 32 makes one`;
  }
  if (secret.length > MAX_SECRET_LENGTH || /\p{Cc}/u.test(secret)) {
    return `Give a secret of one line, of at most ${MAX_SECRET_LENGTH} characters`;
  }
  return undefined;
}
