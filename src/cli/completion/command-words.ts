import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A word that may stand on the command line, and what it means. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** A flag, and what may follow it. */
export interface Flag extends Word {
  /** The values that it takes; empty: whatever. */
  readonly values: readonly string[];
}

/** What may follow a command. */
export interface CommandWords {
  /** The command, `client set` for example; empty: the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly Flag[];
}

/** What may follow each command of a program, the program first. */
export function describeCommands(command: CommandUnknownOpts, path = ""): CommandWords[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).map((child) => ({ word: child.name(), meaning: child.description() }));
  const flags = help
    .visibleOptions(command)
    .map(({ long, description, argChoices = [] }) => ({ word: long ?? "", meaning: description, values: argChoices }));
  const children = command.commands.flatMap((child) => describeCommands(child, `${path} ${child.name()}`.trim()));
  return [{ path, commands, flags }, ...children];
}
