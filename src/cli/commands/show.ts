import { Command } from "@commander-js/extra-typings";
import { type ReservedName, ScopeSchema, type ScopeUsage } from "@scope-registry/client";
import { parametersIn, parseTemplate } from "@scope-registry/client/judging";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
import { ifAllowed } from "../if-allowed.ts";
import { describeDetails } from "../output/details.ts";
import { scopeDetails } from "../output/scope-details.ts";
import { timeText } from "../output/words.ts";
import { readPages } from "../pages.ts";
import { calling, connected, examples, type Session } from "../registry-command.ts";

/** `scope-registry show`: everything that the caller may know of one scope. */
export const showCommand = () =>
  connected(
    new Command("show")
      .description("Shows everything of one scope, and who uses it where the caller may know")
      .argument("<scope>", "its name; a template by its own name")
      .addHelpText("after", examples("show invoices:read", "show 'dataset:{id}:read' --json")),
  ).action(
    calling(["read"], async (session, name) => {
      const { registry, output } = session;
      const [scope] = (await registry.listScopes({ names: [name] })).scopes;
      if (scope === undefined) throw await notFound(session, name);
      if (output.json) await output.printJson(ScopeSchema, scope);
      else await output.print(...describeDetails(scopeDetails(scope, await usageOf(session, name)), output.paint));
    }),
  );

async function usageOf({ admin }: Session, name: string): Promise<ScopeUsage | undefined> {
  return ifAllowed(async () => (await admin.listScopeUsages({ names: [name] })).usages[0]);
}

async function notFound(session: Session, name: string): Promise<CommandError> {
  const held = await holderOf(session, name);
  if (held !== undefined) return new CommandError(`${name} is ${held}: show that`, EXIT.negative);
  const reserved = await ifAllowed(() => reservationOf(session, name));
  const message =
    reserved === undefined
      ? `There is no scope ${name}: list shows those that there are`
      : `There is no scope ${name}, and its name is reserved to ${reserved.owner} since ${timeText(reserved.createTime)}`;
  return new CommandError(message, EXIT.negative);
}

async function reservationOf({ admin }: Session, name: string): Promise<ReservedName | undefined> {
  const pages = readPages(async (page) => {
    const { reservedNames, nextPageToken } = await admin.listReservedNames(page);
    return { items: reservedNames, nextPageToken };
  });
  for await (const names of pages) {
    const found = names.find((reserved) => reserved.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The scope that answers to a name which is not its own: as its alias, or as an instance of a template, in words. */
async function holderOf({ registry }: Session, name: string): Promise<string | undefined> {
  const pages = readPages(async (page) => {
    const { scopes, nextPageToken } = await registry.listScopes(page);
    return { items: scopes, nextPageToken };
  });
  for await (const scopes of pages) {
    for (const scope of scopes) {
      if (scope.aliases.includes(name)) return `an alias of ${scope.name}`;
      const template = parseTemplate(scope.name);
      if (template !== undefined && parametersIn(template, name) !== undefined) return `an instance of ${scope.name}`;
    }
  }
  return undefined;
}
