import { Command } from "@commander-js/extra-typings";
import { ScopeSchema } from "@scope-registry/client";
import { SCOPE_COLUMNS } from "../output/columns.ts";
import { printList } from "../output/list.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry transfer`: TransferScopes. */
export const transferCommand = () =>
  connected(
    new Command("transfer")
      .description("Gives scopes or reserved names to another resource server; an owner may give away its own")
      .argument("<scopes...>", "the names")
      .requiredOption("--to <owner>", "the resource server that is to own them")
      .addHelpText("after", examples("transfer invoices:read invoices:write --to ledger-api")),
  ).action(
    calling(["admin"], async ({ admin, output }, names, { to }) => {
      const { scopes } = await admin.transferScopes({ names: [...names], newOwner: to });
      await printList(output, ScopeSchema, SCOPE_COLUMNS, [scopes]);
    }),
  );
