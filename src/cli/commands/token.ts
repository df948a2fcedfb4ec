import { Command } from "@commander-js/extra-typings";
import { mintDevToken } from "../dev-token.ts";
import { examples } from "../registry-command.ts";

/** `scope-registry token`: what `npm run token` does. */
export const tokenCommand = () =>
  new Command("token")
    .description("Prints an access token of the dev issuer, for a server that runs in dev mode")
    .option("--client <client>", "the client (client_id) that the token is for")
    .option("--scope <scopes>", "its scopes, parted by spaces; none if not given")
    .option("--ttl <seconds>", "how long it is valid, at most 31536000", "3600")
    .option("--audience <audience>", "whom it is for; SCOPE_REGISTRY_AUDIENCE, or scope-registry")
    .option("--data-dir <path>", "the server's data folder; SCOPE_REGISTRY_DATA_DIR, or data")
    .addHelpText("after", examples('token --client billing-api --scope "scope_registry.register"'))
    .action(async (options) => {
      process.stdout.write(`${await mintDevToken(options, process.env)}\n`);
    });
