import { Command } from "@commander-js/extra-typings";
import type { Needs } from "../credentials.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { followChanges, type WatchFilters } from "../follow-changes.ts";
import { changeLines, changesToJson } from "../output/change-lines.ts";
import { callRegistry, connected, examples, type Session, wholeNumber } from "../registry-command.ts";

/** `scope-registry watch`: WatchScopes, on after a break. */
export const watchCommand = () =>
  connected(
    new Command("watch")
      .description("Prints every change as it comes, a line for each scope, until Ctrl-C")
      .option("--owner <owner>", "only scopes of this resource server")
      .option("--resource <uri>", "only scopes that are tied to this resource")
      .option("--clients", "client policies too")
      .option("--since <revision>", "begin with the changes after this revision", wholeNumber(1))
      .addHelpText("after", examples("watch --owner billing-api", "watch --json | jq -r .name")),
  ).action(({ owner = "", resource = "", clients = false, since = 0 }, command) => {
    const filters = { owner, resource, includeClientPolicies: clients };
    const needs: Needs = clients ? ["read", "validate"] : ["read"];
    return callRegistry(command, needs, (session) => watch(session, filters, BigInt(since)));
  });

async function watch(session: Session, filters: WatchFilters, since: bigint): Promise<ExitCode> {
  const { output, signal } = session;
  try {
    for await (const change of followChanges(session, filters, since)) {
      await output.print(...(output.json ? changesToJson(change) : changeLines(change, output.paint)));
    }
  } catch (error) {
    // Ctrl-C is how it is meant to end.
    if (!signal.aborted) throw error;
  }
  return EXIT.ok;
}
