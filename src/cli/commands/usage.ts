import { Command } from "@commander-js/extra-typings";
import { ScopeUsageSchema } from "@scope-registry/client";
import { USAGE_COLUMNS } from "../output/columns.ts";
import { printList } from "../output/list.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry usage`: ListScopeUsages. */
export const usageCommand = () =>
  connected(
    new Command("usage")
      .description("Tells who uses scopes: what disabling them would break")
      .argument("<scopes...>", "their names")
      .addHelpText("after", examples("usage invoices:read invoices:write")),
  ).action(
    calling(["register"], async ({ admin, output }, names) => {
      const { usages } = await admin.listScopeUsages({ names: [...names] });
      await printList(output, ScopeUsageSchema, USAGE_COLUMNS, [usages]);
    }),
  );
