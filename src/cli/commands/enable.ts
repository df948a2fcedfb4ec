import { Command } from "@commander-js/extra-typings";
import { ScopeSchema } from "@scope-registry/client";
import { SCOPE_COLUMNS } from "../output/columns.ts";
import { printList } from "../output/list.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry enable`: EnableScopes. */
export const enableCommand = () =>
  connected(
    new Command("enable")
      .description("Makes disabled scopes valid again; an owner may enable what it has disabled itself")
      .argument("<scopes...>", "the names of the scopes")
      .addHelpText("after", examples("enable invoices:write")),
  ).action(
    calling(["register"], async ({ admin, output }, names) => {
      const { scopes } = await admin.enableScopes({ names: [...names] });
      await printList(output, ScopeSchema, SCOPE_COLUMNS, [scopes]);
    }),
  );
