import { Command } from "@commander-js/extra-typings";
import { EXIT } from "../exit-code.ts";
import { followChanges } from "../follow-changes.ts";
import { changeLines, changesToJson } from "../output/change-lines.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

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
  ).action(
    calling(["read", "validate"], async (session, { owner = "", resource = "", clients, since = 0 }) => {
      const { output, signal } = session;
      const filters = { owner, resource, includeClientPolicies: clients === true };
      try {
        for await (const change of followChanges(session, filters, BigInt(since))) {
          await output.print(...(output.json ? changesToJson(change) : changeLines(change, output.paint)));
        }
      } catch (error) {
        // Ctrl-C is how it is meant to end.
        if (!signal.aborted) throw error;
      }
      return EXIT.ok;
    }),
  );
