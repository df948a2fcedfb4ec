import { readFileSync } from "node:fs";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { applyCommand } from "./commands/apply.ts";
import { approveCommand } from "./commands/approve.ts";
import { changesCommand } from "./commands/changes.ts";
import { clientCommand } from "./commands/client.ts";
import { completionCommand } from "./commands/completion.ts";
import { deleteCommand } from "./commands/delete.ts";
import { disableCommand } from "./commands/disable.ts";
import { enableCommand } from "./commands/enable.ts";
import { exportCommand } from "./commands/export.ts";
import { grantCommand } from "./commands/grant.ts";
import { hashSecretCommand } from "./commands/hash-secret.ts";
import { importCommand } from "./commands/import.ts";
import { introspectCommand } from "./commands/introspect.ts";
import { listCommand } from "./commands/list.ts";
import { policyCommand } from "./commands/policy.ts";
import { refuseCommand } from "./commands/refuse.ts";
import { releaseCommand } from "./commands/release.ts";
import { reservedCommand } from "./commands/reserved.ts";
import { resourceServerCommand } from "./commands/resource-server.ts";
import { revokeCommand } from "./commands/revoke.ts";
import { serveCommand } from "./commands/serve.ts";
import { showCommand } from "./commands/show.ts";
import { tokenCommand } from "./commands/token.ts";
import { transferCommand } from "./commands/transfer.ts";
import { usageCommand } from "./commands/usage.ts";
import { validateCommand } from "./commands/validate.ts";
import { watchCommand } from "./commands/watch.ts";

/** Every command, in the order of `--help`. */
const COMMANDS = [
  serveCommand,
  applyCommand,
  listCommand,
  showCommand,
  validateCommand,
  watchCommand,
  introspectCommand,
  grantCommand,
  revokeCommand,
  approveCommand,
  refuseCommand,
  disableCommand,
  enableCommand,
  deleteCommand,
  releaseCommand,
  transferCommand,
  reservedCommand,
  usageCommand,
  changesCommand,
  resourceServerCommand,
  clientCommand,
  policyCommand,
  exportCommand,
  importCommand,
  tokenCommand,
  hashSecretCommand,
  completionCommand,
] as const;

const EXIT_CODES = `
Exit codes:
  0   well
  1   the answer is no: not valid, not active, not found, not confirmed
  2   apply --dry-run has found a difference
  3   wrong use or wrong input: flags, files, a request that breaks a rule
  4   refused: no token, or it does not allow it
  5   conflict or wrong state: changed by others, in use, taken
  6   the registry, or the issuer of the token, cannot be reached
  70  a fault
  130 ended by Ctrl-C`;

/** The whole command line, to be parsed or to make completions of. What is wrong with its use is thrown. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const program = new Command("scope-registry")
    .description("The registry of OAuth scopes, from the command line")
    .version(version, "--version", "print the version")
    .usage("<command> [arguments]")
    .addHelpText("after", EXIT_CODES)
    .enablePositionalOptions();
  for (const create of COMMANDS) program.addCommand(create());
  prepare(program);
  return program;
}

function prepare(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .helpOption("--help", "print this");
  if (command.commands.length > 0) command.helpCommand("help [command]", "Prints the help of a command");
  for (const child of command.commands) prepare(child);
}
