/** The package as it is published: built, packed, and installed into an empty project. */
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, REPOSITORY, runCommand } from "../../../../test/support/run-command.ts";

/** The folder of the package. */
export const PACKAGE = join(REPOSITORY, "clients/typescript");

const NPM_TIMEOUT_MS = 120_000;
const NETWORK_VARIABLES = /^(npm_config_.*|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir))$/i;

/** A tarball of the package. */
export interface PackedClient extends AsyncDisposable {
  readonly tarball: string;
  /** The paths in it. */
  readonly files: readonly string[];
}

/** Builds and packs the package, as `npm publish` does; in a copy, so that several tests can at once. */
export async function packClient(): Promise<PackedClient> {
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-pack-"));
  const copy = join(folder, "clients/typescript");
  for (const name of ["src", "package.json", "tsconfig.build.json", "README.md", "LICENSE"]) {
    await cp(join(PACKAGE, name), join(copy, name), { recursive: true });
  }
  await cp(join(REPOSITORY, "tsconfig.json"), join(folder, "tsconfig.json"));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  await succeed("npm", ["pack", copy, "--pack-destination", folder]);
  const name = (await readdir(folder)).find((path) => path.endsWith(".tgz")) ?? "";
  const tarball = join(folder, name);
  const { stdout } = await succeed("tar", ["-tzf", tarball]);
  return {
    tarball,
    files: stdout.trim().split("\n").sort(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A project that has the package installed, and the oldest Node that the package runs on. */
export interface EmptyProject extends AsyncDisposable {
  /** The version of that Node. */
  readonly oldestNode: string;
  /** Runs a program there, on that Node. */
  run(program: string, env?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** Checks the types of a program there, as strictly as can be, with other options, and as if a package were not installed. */
  check(program: string, options?: object, without?: string): Promise<CommandResult>;
}

/** Makes an empty project and installs a tarball, and what its entry points need beside it. */
export async function installInEmptyProject(tarball: string): Promise<EmptyProject> {
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-project-"));
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const { engines } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  const [major = "", minor = "0", patch = "0"] = engines.node.replace(">=", "").split(".");
  const oldestNode = [major, minor, patch].join(".");
  await write("package.json", JSON.stringify({ private: true, type: "module", allowScripts: { node: true } }));
  const beside = [`node@${oldestNode}`, "@types/node@22", "@grpc/grpc-js", "oidc-provider", "@types/oidc-provider"];
  await succeed("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", tarball, ...beside]);
  return {
    oldestNode,
    async run(program, env = {}) {
      const file = await write("program.js", program);
      return runCommand(join(folder, "node_modules/.bin/node"), [file], { env });
    },
    async check(program, options = {}, without) {
      await write("program.ts", program);
      const usual = { module: "nodenext", target: "es2024", strict: true, noEmit: true, types: ["node"] };
      const compilerOptions = { ...usual, ...options };
      const project = await write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["program.ts"] }));
      const check = () => runCommand(join(REPOSITORY, "node_modules/.bin/tsc"), ["-p", project]);
      if (without === undefined) return check();
      const [installed, away] = [join(folder, "node_modules", without), join(folder, "away")];
      await rename(installed, away);
      return check().finally(() => rename(away, installed));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What npm needs of this machine to reach the package registry, as variables. */
export function npmEnvironment(): Record<string, string> {
  const network = Object.entries(process.env).filter(([name]) => NETWORK_VARIABLES.test(name));
  return Object.fromEntries(network.map(([name, value = ""]) => [name, value]));
}

/** Runs a command that must end with 0. */
async function succeed(file: string, args: readonly string[]): Promise<CommandResult> {
  const result = await runCommand(file, args, { env: npmEnvironment(), timeoutMs: NPM_TIMEOUT_MS });
  if (result.exitCode !== 0) throw new Error(`${file} ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  return result;
}
