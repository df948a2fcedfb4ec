import { Command, Option } from "@commander-js/extra-typings";
import { ScopeSchema, ScopeStateSchema } from "@scope-registry/client";
import { EXIT } from "../exit-code.ts";
import { SCOPE_COLUMNS } from "../output/columns.ts";
import { printList } from "../output/list.ts";
import { enumValue, enumWords } from "../output/words.ts";
import { readPages } from "../pages.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry list`: ListScopes. */
export const listCommand = () =>
  connected(
    new Command("list")
      .description("Lists registered scopes")
      .argument("[scopes...]", "only these names")
      .option("--owner <owner>", "only scopes of this resource server")
      .option("--resource <uri>", "only scopes that are tied to this resource")
      .option("--prefix <text>", "only names that begin with this")
      .addOption(
        new Option("--state <states...>", "only scopes in one of these states").choices(enumWords(ScopeStateSchema)),
      )
      .option("--defaults", "only default scopes")
      .option("--limit <count>", "how many at the most", wholeNumber(1))
      .addHelpText(
        "after",
        examples("list --owner billing-api --state active deprecated", "list --json | jq -r .name"),
      ),
  ).action(
    calling(["read"], async ({ registry, output }, names, options) => {
      const { owner = "", resource = "", prefix = "", state = [], defaults = false, limit } = options;
      const states = state.map((word) => enumValue(ScopeStateSchema, word));
      const filters = { names: [...names], owner, resource, namePrefix: prefix, states, defaultsOnly: defaults };
      const pages = readPages(async (page) => {
        const { scopes, nextPageToken } = await registry.listScopes({ ...filters, ...page });
        return { items: scopes, nextPageToken };
      }, limit);
      const count = await printList(output, ScopeSchema, SCOPE_COLUMNS, pages);
      if (count === 0 && !output.json) output.note("No scope is like that");
      return count === 0 && names.length > 0 ? EXIT.negative : EXIT.ok;
    }),
  );
