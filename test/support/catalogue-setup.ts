/** Builds the catalogue's page for the run, as it is in the sources. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { REPOSITORY } from "./run-command.ts";

export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, ["src/web/build.ts"], { cwd: REPOSITORY });
}
