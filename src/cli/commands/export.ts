import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-code.ts";
import { exportLines } from "../export/write-export.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry export`: ExportRegistry, into a file of JSON lines. */
export const exportCommand = () =>
  connected(
    new Command("export")
      .description("Writes the whole registry, its history included, as JSON lines")
      .option("-o, --output <path>", "the file to write, which appears when it is whole; standard output if not given")
      .addHelpText("after", examples("export -o registry.jsonl")),
  ).action(
    calling(["admin"], async ({ admin, output, signal }, { output: path }) => {
      let entries = 0;
      const lines = exportLines(admin.exportRegistry({}, { signal }), ({ revision }, end) => {
        entries += 1;
        if (entries % 100 === 0) output.progress(`Exporting: revision ${revision} of ${end}`);
      });
      if (path === undefined) {
        await pipeline(lines, process.stdout, { end: false });
      } else {
        await writeWhole(path, lines);
        output.note(`Exported ${entries} entries to ${path}`);
      }
    }),
  );

/** Writes a file beside, readable to nobody else, and puts it in its place once it is whole. */
async function writeWhole(path: string, lines: AsyncIterable<string>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    await pipeline(lines, createWriteStream(unfinished, { flags: "wx", mode: 0o600, flush: true }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new CommandError(
      `${path} cannot be written (${code}): see that the folder is there and writable`,
      EXIT.badInput,
    );
  }
}
