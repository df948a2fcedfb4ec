import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { describeCommands } from "../completion/command-words.ts";
import { completionScript, SHELLS } from "../completion/completion-script.ts";
import { examples } from "../registry-command.ts";

/** `scope-registry completion`: a script for a shell, made of the commands that there are. */
export const completionCommand = () =>
  new Command("completion")
    .description("Prints a script that makes a shell complete commands and flags")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText(
      "after",
      examples(
        "completion bash > ~/.local/share/bash-completion/completions/scope-registry",
        "completion fish | source",
      ),
    )
    .action((shell, _, command) => {
      const program = (command.parent ?? command) as CommandUnknownOpts;
      process.stdout.write(completionScript(shell, describeCommands(program)));
    });
