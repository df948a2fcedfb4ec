import { Command } from "@commander-js/extra-typings";
import { ScopeSchema } from "@scope-registry/client";
import { SCOPE_COLUMNS } from "../output/columns.ts";
import { printList } from "../output/list.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry refuse`: RefuseScopes. */
export const refuseCommand = () =>
  connected(
    new Command("refuse")
      .description("Refuses pending scopes: what was never approved is disabled, what a valid one proposes is dropped")
      .argument("<scopes...>", "the names of the scopes")
      .option(
        "--revision <revision>",
        "the revision at which they were read: refused if one has changed since",
        wholeNumber(),
      )
      .addHelpText("after", examples("list --state pending", "refuse invoices:export --revision 41")),
  ).action(
    calling(["admin"], async ({ admin, output }, names, { revision }) => {
      const expected = revision === undefined ? {} : { expectedRevision: BigInt(revision) };
      const { scopes } = await admin.refuseScopes({ names: [...names], ...expected });
      await printList(output, ScopeSchema, SCOPE_COLUMNS, [scopes]);
    }),
  );
