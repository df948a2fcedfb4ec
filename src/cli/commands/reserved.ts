import { Command } from "@commander-js/extra-typings";
import { type ReservedName, ReservedNameSchema } from "@scope-registry/client";
import { printList } from "../output/list.ts";
import type { Column } from "../output/table.ts";
import { timeText } from "../output/words.ts";
import { readPages } from "../pages.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry reserved`: ListReservedNames. */
export const reservedCommand = () =>
  connected(
    new Command("reserved")
      .description("Lists names that nobody but their owner can register: of deleted scopes, and former aliases")
      .option("--owner <owner>", "only names that are kept for this resource server")
      .option("--limit <count>", "how many at the most", wholeNumber(1))
      .addHelpText("after", examples("reserved --owner billing-api")),
  ).action(
    calling(["register"], async ({ admin, output }, { owner = "", limit }) => {
      const pages = readPages(async (page) => {
        const { reservedNames, nextPageToken } = await admin.listReservedNames({ owner, ...page });
        return { items: reservedNames, nextPageToken };
      }, limit);
      const count = await printList(output, ReservedNameSchema, COLUMNS, pages);
      if (count === 0 && !output.json) output.note("No name is reserved");
    }),
  );

const COLUMNS: readonly Column<ReservedName>[] = [
  { title: "NAME", text: ({ name }) => name, style: () => "bold" },
  { title: "OWNER", text: ({ owner }) => owner },
  { title: "SINCE", text: ({ createTime }) => timeText(createTime) },
  { title: "REVISION", text: ({ revision }) => String(revision) },
];
