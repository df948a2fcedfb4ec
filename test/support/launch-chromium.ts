/** A real browser: the Chromium of this machine, or one that playwright fetches. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** What to do where there is none. */
const REMEDY = "install Chromium (apt-get install chromium), or set CHROMIUM to its path";

/** How long playwright may take to fetch one, in milliseconds. */
const INSTALL_TIMEOUT_MS = 120_000;

const PLAYWRIGHT = fileURLToPath(new URL("../../node_modules/playwright-core/cli.js", import.meta.url));

/** Launches it; the caller closes it. @throws {Error} if there is none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await findOnThisMachine();
  // Chromium does not put what root runs into its sandbox.
  const options = { chromiumSandbox: process.getuid?.() !== 0 };
  if (executablePath !== undefined) return chromium.launch({ ...options, executablePath });
  try {
    return await chromium.launch(options);
  } catch {
    await promisify(execFile)(process.execPath, [PLAYWRIGHT, "install", "chromium-headless-shell"], {
      timeout: INSTALL_TIMEOUT_MS,
    }).catch(() => {
      throw new Error(`There is no browser, and playwright cannot fetch one: ${REMEDY}`);
    });
    return chromium.launch(options);
  }
}

async function findOnThisMachine(): Promise<string | undefined> {
  const { CHROMIUM: given = "", PATH = "" } = process.env;
  if (given !== "") return given;
  const candidates = PATH.split(delimiter).flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
  for (const path of candidates) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
