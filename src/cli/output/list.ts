import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Output } from "./output.ts";
import { type Column, createTable } from "./table.ts";

/** Prints a list as it arrives: a table, or one line of JSON for each item. Answers how many there were. */
export async function printList<Desc extends DescMessage>(
  output: Output,
  schema: Desc,
  columns: readonly Column<MessageShape<Desc>>[],
  pages: AsyncIterable<readonly MessageShape<Desc>[]> | Iterable<readonly MessageShape<Desc>[]>,
): Promise<number> {
  const table = createTable(columns, output);
  let count = 0;
  for await (const items of pages) {
    count += items.length;
    if (!output.json) await output.print(...table.page(items));
    else for (const item of items) await output.printJson(schema, item);
  }
  return count;
}
