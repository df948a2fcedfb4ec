/** What begins a process on a Node that cannot run the rest: it says so. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { REPOSITORY, runCommand } from "../../support/run-command.ts";

const { engines } = JSON.parse(readFileSync(`${REPOSITORY}package.json`, "utf8")) as { engines: { node: string } };
const oldest = Number(/^>=(\d+)$/.exec(engines.node)?.[1]);

/** Takes itself for another version, and has nothing that is newer than the oldest one that people still have. */
const pretending = (version: string) =>
  `data:text/javascript,${encodeURIComponent(
    `import nodeModule, { syncBuiltinESMExports } from "node:module";
    Object.defineProperty(process, "versions", { value: { ...process.versions, node: ${JSON.stringify(version)} } });
    delete nodeModule.enableCompileCache;
    syncBuiltinESMExports();`,
  )}`;

describe.each(["src/main.js", "src/cli/main.js"])("%s", (file) => {
  it.each(["20.20.2", `${oldest - 1}.99.0`])("refuses Node %s, and says what is needed", async (version) => {
    const run = await runCommand(process.execPath, ["--import", pretending(version), `${REPOSITORY}${file}`, "--help"]);
    expect(run).toEqual({
      exitCode: 70,
      stdout: "",
      stderr: expect.stringContaining(`Node ${version} is too old, ${oldest} or newer is needed`),
    });
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
  });
});
