import { create } from "@bufbuild/protobuf";
import { Command } from "@commander-js/extra-typings";
import { ImportRegistryResponseSchema } from "@scope-registry/client";
import { readExport } from "../export/read-export.ts";
import { splitEntries } from "../export/split-entries.ts";
import { calling, connected, examples, type Session } from "../registry-command.ts";

/** How long the registry may take for a part, and for the last one, which makes the import the registry, in milliseconds. */
const PART_TIMEOUT_MS = 120_000;
const LAST_TIMEOUT_MS = 600_000;

/** `scope-registry import`: ImportRegistry, from a file that `export` has written. */
export const importCommand = () =>
  connected(
    new Command("import")
      .description("Brings an export into an empty registry, with its history; the file is checked before")
      .argument("<path>", "a file that export has written")
      .addHelpText("after", examples("import registry.jsonl")),
  ).action(
    calling(["admin"], async (session, path) => {
      const { output } = session;
      let end = 0n;
      for await (const { revision } of readExport(path)) end = revision;
      const answer = await sendParts(session, path, end);
      output.progress("");
      if (output.json) await output.printJson(ImportRegistryResponseSchema, answer);
      else await output.print(`Imported up to revision ${answer.revision}: the registry is ${answer.registryId} now`);
    }),
  );

async function sendParts({ admin, output, signal }: Session, path: string, end: bigint) {
  let answer = create(ImportRegistryResponseSchema);
  let part = 0;
  for await (const { entries, continued, complete } of splitEntries(readExport(path))) {
    const timeoutMs = complete ? LAST_TIMEOUT_MS : PART_TIMEOUT_MS;
    answer = await admin.importRegistry(
      { importId: answer.importId, part, entries, continued, complete },
      { signal, timeoutMs },
    );
    part += 1;
    output.progress(`Importing: revision ${answer.revision} of ${end}`);
  }
  return answer;
}
