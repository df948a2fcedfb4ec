import { Command } from "@commander-js/extra-typings";
import { DeleteScopesResponseSchema } from "@scope-registry/client";
import { calling, connected, examples } from "../registry-command.ts";
import { printRetired, retire } from "../retirement.ts";

/** `scope-registry delete`: DeleteScopes. */
export const deleteCommand = () =>
  connected(
    new Command("delete")
      .description("Deletes disabled scopes; their names stay reserved to their owner")
      .argument("<scopes...>", "the names of disabled scopes")
      .option("--force", "also scopes that are in use")
      .option("--dry-run", "tell what would happen, and who uses the scopes")
      .addHelpText("after", examples("disable invoices:write", "delete invoices:write")),
  ).action(
    calling(["register"], async (session, names, options) => {
      const answer = await retire(session, names, options, (request) => session.admin.deleteScopes(request));
      await printRetired(
        session.output,
        DeleteScopesResponseSchema,
        answer,
        options.dryRun ? "Would be deleted" : "Deleted",
      );
    }),
  );
