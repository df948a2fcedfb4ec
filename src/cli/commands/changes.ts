import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { ChangeKindSchema, LogEntrySchema } from "@scope-registry/client";
import { describeEntry } from "../output/change-text.ts";
import { enumValue, enumWords } from "../output/words.ts";
import { readPages } from "../pages.ts";
import { calling, connected, examples, wholeNumber } from "../registry-command.ts";

/** `scope-registry changes`: ListChanges. */
export const changesCommand = () =>
  connected(
    new Command("changes")
      .description("Lists who changed what and when, newest first; an owner is shown the changes of its own")
      .argument("[scope]", "only changes of this scope")
      .option("--resource-server <owner>", "only changes of this resource server's scopes and settings")
      .option("--client <client>", "only changes of this client's policy and grants")
      .option("--actor <actor>", "only changes made by this caller")
      .addOption(new Option("--kind <kinds...>", "only changes of these kinds").choices(enumWords(ChangeKindSchema)))
      .option("--from <time>", "only changes at or after this time, 2027-01-01 or 2027-01-01T08:00:00Z", readTime)
      .option("--until <time>", "only changes before this time", readTime)
      .option("--since-revision <revision>", "only changes after this revision", wholeNumber())
      .option("--before-revision <revision>", "only changes before this revision", wholeNumber())
      .option("--limit <count>", "how many at the most", wholeNumber(1))
      .addHelpText(
        "after",
        examples("changes invoices:read --limit 10", "changes --kind grant revocation --from 2027-01-01"),
      ),
  ).action(
    calling(["register"], async ({ admin, output }, scope = "", options) => {
      const {
        resourceServer = "",
        client = "",
        actor = "",
        kind = [],
        from,
        until,
        sinceRevision = 0,
        beforeRevision = 0,
        limit,
      } = options;
      const filters = {
        scope,
        resourceServer,
        clientId: client,
        actor,
        kinds: kind.map((word) => enumValue(ChangeKindSchema, word)),
        sinceRevision: BigInt(sinceRevision),
        beforeRevision: BigInt(beforeRevision),
        ...(from === undefined ? {} : { startTime: timestampFromDate(from) }),
        ...(until === undefined ? {} : { endTime: timestampFromDate(until) }),
      };
      const pages = readPages(async (page) => {
        const { entries, nextPageToken } = await admin.listChanges({ ...filters, ...page });
        return { items: entries, nextPageToken };
      }, limit);
      let isEmpty = true;
      for await (const entries of pages) {
        for (const entry of entries) {
          isEmpty = false;
          if (output.json) await output.printJson(LogEntrySchema, entry);
          else await output.print(...describeEntry(entry, output.paint));
        }
      }
      if (isEmpty && !output.json) output.note("Nothing like that has changed");
    }),
  );

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

function readTime(text: string): Date {
  const time = new Date(text);
  if (TIME.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError("Give a day in UTC, or a time with its offset.");
}
