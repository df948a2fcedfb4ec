import { create } from "@bufbuild/protobuf";
import { Command } from "@commander-js/extra-typings";
import { ReservedNameSchema, ScopeSchema } from "@scope-registry/client";
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
    calling(["register"], async ({ admin, output }, names, { to }) => {
      const { scopes, revision } = await admin.transferScopes({ names: [...names], newOwner: to });
      await printList(output, ScopeSchema, SCOPE_COLUMNS, [scopes]);
      // The others were reserved names, which the answer does not tell.
      const given = new Set(scopes.map(({ name }) => name));
      const reserved = [...new Set(names)].filter((name) => !given.has(name));
      for (const name of output.json ? reserved : []) {
        await output.printJson(ReservedNameSchema, create(ReservedNameSchema, { name, owner: to, revision }));
      }
      if (reserved.length > 0 && !output.json) await output.print(`Reserved to ${to} now: ${reserved.join(" ")}`);
    }),
  );
