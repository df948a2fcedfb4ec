/** Reads what a page of documentation tells its reader to do: `<!-- file: … -->` and `<!-- run -->` before its code blocks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY } from "./run-command.ts";

/** A file that the page shows, whole or what is added to it. */
export interface FileStep {
  readonly kind: "file";
  readonly path: string;
  readonly place: "whole" | "beginning" | "end";
  readonly text: string;
}

/** A command that the page shows, with the lines that it says are printed then. */
export interface CommandStep {
  readonly kind: "command";
  /** Undefined: the project's own folder. */
  readonly folder: string | undefined;
  readonly command: string;
  /** Whether it goes on running: it has an `&` in the page. */
  readonly inBackground: boolean;
  /** Whole lines; `…` stands for anything. */
  readonly prints: readonly string[];
}

/** A program in the background that the reader is told to stop, by its command or the beginning of that. */
export interface StopStep {
  readonly kind: "stop";
  readonly command: string;
}

/** What a reader of the page does next. */
export type PageStep = FileStep | CommandStep | StopStep;

const STEP = /^<!-- (file|run|stop)(.*?) -->\n(?:```(\w+)\n(.*?)^```$)?/gms;
const FILE = /^: (\S+?)(?:, at its (beginning|end))?$/;

/**
 * The steps of a page, in its order.
 *
 * @throws {Error} if a marker cannot be understood, or a code block has none, which no test would run
 */
export async function readPage(path: string): Promise<PageStep[]> {
  const page = await readFile(join(REPOSITORY, path), "utf8");
  const found = [...page.matchAll(STEP)];
  const marked = found.filter(([, , , language]) => language !== undefined).length;
  const blocks = page.match(/^ *```\w/gm)?.length ?? 0;
  if (marked !== blocks) throw new Error(`${path} has ${blocks} code blocks, of which ${marked} say what they are for`);
  return found.flatMap(([marker, kind, rest = "", language, text]): PageStep[] => {
    if (kind === "stop") return [{ kind, command: rest.replace(/^: /, "") }];
    if (text === undefined) throw new Error(`${path} has no code block after ${marker}`);
    if (kind === "run" && language === "console") return commandsOf(text, /^ in (\S+)$/.exec(rest)?.[1]);
    const [, name, place = "whole"] = FILE.exec(rest) ?? [];
    if (kind !== "file" || name === undefined) throw new Error(`${path} says what nobody understands: ${marker}`);
    return [{ kind, path: name, place: place as FileStep["place"], text }];
  });
}

/** The commands of a console: lines with `$ `, each followed by what is printed. */
function commandsOf(text: string, folder: string | undefined): CommandStep[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = "", ...prints] = part.trimEnd().split("\n");
      const command = line.replace(/ &$/, "");
      return { kind: "command", folder, command, inBackground: command !== line, prints };
    });
}
