import { Command } from "@commander-js/extra-typings";
import { type ClientPolicy, ClientPolicySchema, DeleteClientPolicyResponseSchema } from "@scope-registry/client";
import { foundOr } from "../found-or.ts";
import { givenList } from "../given-list.ts";
import { printClientPolicy } from "../output/client-policy.ts";
import { printList } from "../output/list.ts";
import type { Column } from "../output/table.ts";
import { timeText } from "../output/words.ts";
import { readPages } from "../pages.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry client`: what OAuth clients may ask for. Grants are made by `grant` and `revoke`. */
export const clientCommand = () =>
  new Command("client")
    .description("Gets, sets, lists and deletes what clients may ask for")
    .addCommand(getCommand())
    .addCommand(setCommand())
    .addCommand(listCommand())
    .addCommand(deleteCommand());

const getCommand = () =>
  connected(
    new Command("get")
      .description("Shows a client's ceiling, defaults and grants")
      .argument("<client>", "the client_id")
      .addHelpText("after", examples("client get web-shop")),
  ).action(
    calling(["admin"], async ({ admin, output }, clientId) => {
      const { clientPolicy } = await admin.getClientPolicy({ clientId });
      await printClientPolicy(output, clientPolicy);
    }),
  );

const setCommand = () =>
  connected(
    new Command("set")
      .description("Sets a client's ceiling or defaults; what is not given stays")
      .argument("<client>", "the client_id")
      .option("--allow <scopes...>", "the ceiling: names, and templates in braces that match their instances")
      .option("--no-allow", "no ceiling")
      .option("--default <scopes...>", "the client's own defaults")
      .option("--no-default", "no defaults of its own")
      .addHelpText("after", examples("client set web-shop --allow invoices:read 'dataset:{id}:read'")),
  ).action(
    calling(["admin"], async ({ admin, output }, clientId, { allow, default: defaults }) => {
      const { clientPolicy: stored } = await foundOr(admin.getClientPolicy({ clientId }), { clientPolicy: undefined });
      const { clientPolicy } = await admin.setClientPolicy({
        clientPolicy: {
          clientId,
          allowedScopes: givenList(allow, stored?.allowedScopes),
          defaultScopes: givenList(defaults, stored?.defaultScopes),
        },
        expectedRevision: stored?.revision ?? 0n,
      });
      await printClientPolicy(output, clientPolicy);
    }),
  );

const listCommand = () =>
  connected(
    new Command("list")
      .description("Lists the clients that have a policy or grants")
      .option("--limit <count>", "how many at the most", wholeNumber(1))
      .addHelpText("after", examples("client list")),
  ).action(
    calling(["admin"], async ({ admin, output }, { limit }) => {
      const pages = readPages(async (page) => {
        const { clientPolicies, nextPageToken } = await admin.listClientPolicies(page);
        return { items: clientPolicies, nextPageToken };
      }, limit);
      const count = await printList(output, ClientPolicySchema, COLUMNS, pages);
      if (count === 0 && !output.json) output.note("No client has a policy or grants");
    }),
  );

const COLUMNS: readonly Column<ClientPolicy>[] = [
  { title: "CLIENT", text: ({ clientId }) => clientId, style: () => "bold" },
  { title: "CEILING", text: ({ allowedScopes }) => allowedScopes.join(" ") },
  { title: "DEFAULTS", text: ({ defaultScopes }) => defaultScopes.join(" ") },
  { title: "GRANTS", text: ({ grantedScopes }) => grantedScopes.join(" ") },
  { title: "CHANGED", text: ({ updateTime }) => timeText(updateTime) },
];

const deleteCommand = () =>
  connected(
    new Command("delete")
      .description("Deletes a client's policy: its ceiling, its defaults and its grants")
      .argument("<client>", "the client_id")
      .addHelpText("after", examples("client delete web-shop")),
  ).action(
    calling(["admin"], async ({ admin, output }, clientId) => {
      // To delete what is not there is no error of the registry's, but it is a slip of the hand.
      const { clientPolicy } = await admin.getClientPolicy({ clientId });
      const answer = await admin.deleteClientPolicy({ clientId, expectedRevision: clientPolicy?.revision ?? 0n });
      if (output.json) await output.printJson(DeleteClientPolicyResponseSchema, answer);
      else await output.print(`Deleted at revision ${answer.revision}: ${clientId}`);
    }),
  );
