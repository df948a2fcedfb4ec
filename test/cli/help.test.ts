import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { REPOSITORY, runCommand } from "../support/run-command.ts";
import { runCli } from "./run-cli.ts";

/** The commands that do something, with their parents' names. */
function leaves(command: CommandUnknownOpts, path = ""): (readonly [string, CommandUnknownOpts])[] {
  return command.commands.flatMap((child) => {
    const name = `${path} ${child.name()}`.trim();
    return child.commands.length > 0 ? leaves(child, name) : [[name, child] as const];
  });
}

const COMMANDS = leaves(createProgram());

describe("scope-registry --help", () => {
  it("tells of the commands and the exit codes", async () => {
    const { exitCode, stdout, stderr } = await runCli(["--help"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    for (const word of ["apply", "resource-server", "completion", "70  a fault"]) expect(stdout).toContain(word);
  });

  it.each(COMMANDS)("has an example of %s that can be parsed", async (name, command) => {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
    const examples = [...help.join("").matchAll(/^ {2}\$ scope-registry (.+)$/gm)].map(([, words]) => words ?? "");
    expect(examples.some((words) => words.startsWith(name))).toBe(true);
  });

  it("has every command in docs/cli.md", async () => {
    const page = await readFile(join(REPOSITORY, "docs/cli.md"), "utf8");
    for (const [name] of COMMANDS) expect(page).toContain(`scope-registry ${name}`);
  });

  it("prints its own version", async () => {
    expect((await runCli(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("scope-registry completion", () => {
  async function completeInBash(...words: string[]): Promise<string[]> {
    const { stdout: script } = await runCli(["completion", "bash"]);
    const test = `${script}\nCOMP_WORDS=(scope-registry "$@"); COMP_CWORD=$#; _scope_registry; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await runCommand("bash", ["-c", test, "bash", ...words]);
    return stdout.trim().split(" ");
  }

  it("completes commands, their commands and their flags in bash", async () => {
    expect(await completeInBash("re")).toEqual(["revoke", "refuse", "release", "reserved", "resource-server"]);
    expect(await completeInBash("client", "s")).toEqual(["set"]);
    expect(await completeInBash("client", "set", "web-shop", "--al")).toEqual(["--allow"]);
    expect(await completeInBash("apply", "--dry-run", "--r")).toEqual(["--replace", "--release"]);
    expect(await completeInBash("list", "--state", "d")).toEqual(["deprecated", "disabled"]);
  });

  it.each(["zsh", "fish"])("has a script for %s with every command", async (shell) => {
    const { exitCode, stdout } = await runCli(["completion", shell]);
    expect(exitCode).toBe(0);
    for (const command of createProgram().commands) expect(stdout).toContain(command.name());
  });

  it("refuses a shell that it does not know", async () => {
    expect(await runCli(["completion", "tcsh"])).toMatchObject({ exitCode: 3, stdout: "" });
  });
});
