import { Command } from "@commander-js/extra-typings";
import { Code, ConnectError, type ReservedName, ScopeSchema, type ScopeUsage } from "@scope-registry/client";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
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
    calling(["read", "admin"], async (session, name) => {
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

/** What a call answers, if the caller may make it. */
async function ifAllowed<T>(call: () => Promise<T>): Promise<T | undefined> {
  return call().catch((error: unknown) => {
    if (error instanceof ConnectError && error.code === Code.PermissionDenied) return undefined;
    throw error;
  });
}
