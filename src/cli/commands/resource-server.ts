import { Command, Option } from "@commander-js/extra-typings";
import {
  type ResourceServer,
  type ResourceServerMode,
  ResourceServerModeSchema,
  ResourceServerSchema,
} from "@scope-registry/client";
import { foundOr } from "../found-or.ts";
import { givenList } from "../given-list.ts";
import { describeDetails } from "../output/details.ts";
import { printList } from "../output/list.ts";
import type { Output } from "../output/output.ts";
import type { Column } from "../output/table.ts";
import { enumValue, enumWord, enumWords, timeText } from "../output/words.ts";
import { readPages } from "../pages.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry resource-server`: what resource servers may register. */
export const resourceServerCommand = () =>
  new Command("resource-server")
    .description("Gets, sets and lists what resource servers may register")
    .addCommand(getCommand())
    .addCommand(setCommand())
    .addCommand(listCommand());

const getCommand = () =>
  connected(
    new Command("get")
      .description("Shows a resource server; an owner may see its own")
      .argument("<name>", "the owner name that its scopes carry")
      .addHelpText("after", examples("resource-server get billing-api")),
  ).action(
    calling(["register"], async ({ admin, output }, name) => {
      await printResourceServer(output, (await admin.getResourceServer({ name })).resourceServer);
    }),
  );

const setCommand = () =>
  connected(
    new Command("set")
      .description("Sets what a resource server may register; what is not given stays")
      .argument("<name>", "the owner name that its scopes carry")
      .option("--display-name <text>", "its name for people")
      .option("--contact <contact>", "whom to ask: a mail address or an https URL")
      .option("--resource <uris...>", "the resources that it holds")
      .option("--no-resource", "it holds no resources")
      .option("--prefix <prefixes...>", "the name prefixes that it holds")
      .option("--no-prefix", "it holds no prefixes")
      .addOption(
        new Option("--mode <mode>", "what its registrations may do").choices(enumWords(ResourceServerModeSchema)),
      )
      .option("--may-set-defaults", "it may make its scopes defaults")
      .option("--no-may-set-defaults", "it may not")
      .addHelpText("after", examples("resource-server set billing-api --prefix invoices: --mode review")),
  ).action(
    calling(["admin"], async ({ admin, output }, name, options) => {
      const { resourceServer: stored } = await foundOr(admin.getResourceServer({ name }), {
        resourceServer: undefined,
      });
      const { resourceServer } = await admin.setResourceServer({
        resourceServer: {
          name,
          displayName: options.displayName ?? stored?.displayName ?? "",
          contact: options.contact ?? stored?.contact ?? "",
          resources: givenList(options.resource, stored?.resources),
          namePrefixes: givenList(options.prefix, stored?.namePrefixes),
          mode: modeOf(options.mode) ?? stored?.mode ?? 0,
          maySetDefaults: options.maySetDefaults ?? stored?.maySetDefaults ?? false,
        },
        expectedRevision: stored?.revision ?? 0n,
      });
      await printResourceServer(output, resourceServer);
    }),
  );

function modeOf(word: string | undefined): ResourceServerMode | undefined {
  return word === undefined ? undefined : enumValue(ResourceServerModeSchema, word);
}

const listCommand = () =>
  connected(
    new Command("list")
      .description("Lists the resource servers that the registry knows")
      .option("--limit <count>", "how many at the most", wholeNumber(1))
      .addHelpText("after", examples("resource-server list")),
  ).action(
    calling(["admin"], async ({ admin, output }, { limit }) => {
      const pages = readPages(async (page) => {
        const { resourceServers, nextPageToken } = await admin.listResourceServers(page);
        return { items: resourceServers, nextPageToken };
      }, limit);
      await printList(output, ResourceServerSchema, COLUMNS, pages);
    }),
  );

const COLUMNS: readonly Column<ResourceServer>[] = [
  { title: "NAME", text: ({ name }) => name, style: () => "bold" },
  { title: "MODE", text: ({ mode }) => enumWord(ResourceServerModeSchema, mode) },
  { title: "SCOPES", text: ({ scopeCount }) => String(scopeCount) },
  { title: "PREFIXES", text: ({ namePrefixes }) => namePrefixes.join(" ") },
  { title: "CONTACT", text: ({ contact }) => contact },
  { title: "DISPLAY NAME", text: ({ displayName }) => displayName },
];

async function printResourceServer(output: Output, server: ResourceServer | undefined): Promise<void> {
  if (server === undefined) return;
  if (output.json) return output.printJson(ResourceServerSchema, server);
  const { name, displayName, contact, resources, namePrefixes, mode, maySetDefaults, release, scopeCount } = server;
  const details = [
    ["Name", name],
    ["Display name", displayName],
    ["Contact", contact],
    ["Mode", enumWord(ResourceServerModeSchema, mode)],
    ["Prefixes", namePrefixes],
    ["Resources", resources],
    ["May set defaults", maySetDefaults ? "yes" : "no"],
    ["Scopes", String(scopeCount)],
    ["Release", release === 0n ? "" : String(release)],
    ["Content hash", server.contentHash],
    ["Changed", `${timeText(server.updateTime)} at revision ${server.revision}`],
  ] as const;
  await output.print(...describeDetails(details, output.paint));
}
