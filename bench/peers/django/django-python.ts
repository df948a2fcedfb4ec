import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { PeerMissingError } from "../peer-missing-error.ts";
import { runCommand } from "../run-command.ts";

const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");
const CACHE = join(import.meta.dirname, "../../../.cache");
const ENVIRONMENT = join(CACHE, "django");
/** Stands there once everything in it is installed. */
const INSTALLED = join(ENVIRONMENT, "requirements.txt");

/**
 * The Python that has what `requirements.txt` names: in `.cache/`, where pip installs it if it is not there.
 *
 * @throws {PeerMissingError} if there is no Python that can have it
 */
export async function findDjangoPython(progress: (text: string) => void): Promise<string> {
  const python = join(ENVIRONMENT, "bin/python");
  const [wanted, installed] = await Promise.all([
    readFile(REQUIREMENTS, "utf8"),
    readFile(INSTALLED, "utf8").catch(() => undefined),
  ]);
  if (wanted === installed) return python;
  progress("installing Django OAuth Toolkit, once");
  try {
    await rm(ENVIRONMENT, { recursive: true, force: true });
    await mkdir(CACHE, { recursive: true });
    await runCommand("python3", ["-m", "venv", ENVIRONMENT]);
    await runCommand(python, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--requirement",
      REQUIREMENTS,
    ]);
    await copyFile(REQUIREMENTS, INSTALLED);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new PeerMissingError("Django OAuth Toolkit needs Python 3.10 or newer on the path");
    const lastLine = message.trim().split("\n").at(-1);
    throw new PeerMissingError(`Django OAuth Toolkit could not be installed by pip: ${lastLine}`);
  }
  return python;
}
