import { Command } from "@commander-js/extra-typings";
import { DisableScopesResponseSchema } from "@scope-registry/client";
import { calling, connected, examples } from "../registry-command.ts";
import { printRetired, retire } from "../retirement.ts";

/** `scope-registry disable`: DisableScopes. */
export const disableCommand = () =>
  connected(
    new Command("disable")
      .description("Disables scopes, so that they are no longer valid; an owner may disable its own")
      .argument("<scopes...>", "the names of the scopes")
      .option("--force", "also scopes that are in use")
      .option("--dry-run", "tell what would happen, and who uses the scopes")
      .addHelpText("after", examples("disable invoices:write --dry-run")),
  ).action(
    calling(["register"], async (session, names, options) => {
      const answer = await retire(session, names, options, (request) => session.admin.disableScopes(request));
      await printRetired(
        session.output,
        DisableScopesResponseSchema,
        answer,
        options.dryRun ? "Would be disabled" : "Disabled",
      );
    }),
  );
