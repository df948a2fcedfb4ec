import { Command } from "@commander-js/extra-typings";
import { ScopeSchema } from "@scope-registry/client";
import { SCOPE_COLUMNS } from "../output/columns.ts";
import { printList } from "../output/list.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry approve`: ApproveScopes. */
export const approveCommand = () =>
  connected(
    new Command("approve")
      .description("Approves pending scopes, so that what they propose is in force")
      .argument("<scopes...>", "the names of the scopes")
      .option(
        "--revision <revision>",
        "the revision at which they were read: refused if one has changed since",
        wholeNumber(),
      )
      .addHelpText("after", examples("list --state pending", "approve invoices:export --revision 41")),
  ).action(
    calling(["admin"], async ({ admin, output }, names, { revision }) => {
      const expected = revision === undefined ? {} : { expectedRevision: BigInt(revision) };
      const { scopes } = await admin.approveScopes({ names: [...names], ...expected });
      await printList(output, ScopeSchema, SCOPE_COLUMNS, [scopes]);
    }),
  );
