/** The server as users start it: a process of its own, with its banner, its log and its signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevIssuer, openDevIssuer } from "../../src/auth/dev-issuer.ts";
import { leakedSecrets } from "./leaked-secrets.ts";
import { readUsage } from "./process-usage.ts";
import { type CommandResult, cleanEnvironment, REPOSITORY, runCommand } from "./run-command.ts";
import { waitUntil } from "./wait-until.ts";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 25_000;
const COMMAND = ["--conditions=scope-registry-source", "src/main.js"];

/** How a server is started, beside dev mode and free ports. */
export interface ServerOptions {
  /** Default: a new temporary folder, removed at the end. Servers that share one trust the same tokens. */
  readonly dataDir?: string;
  /** Undefined: the embedded store. */
  readonly mongodbUri?: string;
  /** How many processes serve; one if not given. */
  readonly workers?: number;
  /** More settings, by the variable's name without `SCOPE_REGISTRY_`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Other variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One line of the server's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A server's process. */
export interface LaunchedServer extends AsyncDisposable {
  /** The lines of its log so far. */
  logLines(): readonly LogLine[];
  /** How much memory it has resident, in bytes. */
  memory(): Promise<number>;
  /** Reads no more of what it prints: writing to it fails from now on. */
  abandonOutput(): void;
  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void;
  /** Waits for its end and that of its workers; null: it was killed. Fails if one has printed a secret. */
  ended(): Promise<number | null>;
  /** Sends a signal, SIGTERM by default, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A server that serves, until it is stopped or killed. */
export interface ServerProcess extends LaunchedServer {
  /** `127.0.0.1:50051`. */
  readonly grpcAddress: string;
  /** `http://127.0.0.1:8080`. */
  readonly httpUrl: string;
  readonly dataDir: string;
  /** What it has printed on standard output. */
  readonly banner: string;
  /** The tokens that the banner exports, by variable. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Makes a token that the server trusts. */
  token(clientId: string, ...scopes: readonly string[]): Promise<string>;
}

interface LaunchedProcess extends LaunchedServer {
  readonly dataDir: string;
  readonly output: CapturedOutput;
  hasEnded(): boolean;
}

/** Launches a server in dev mode on free ports, and waits for nothing. */
export async function launchServer(options: ServerOptions = {}): Promise<LaunchedProcess> {
  const { dataDir: givenDir, mongodbUri, workers, settings = {}, environment = {} } = options;
  const dataDir = givenDir ?? (await mkdtemp(join(tmpdir(), "scope-registry-server-")));
  const args = ["--dev", "--data-dir", dataDir, "--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"];
  if (workers !== undefined) args.push("--workers", String(workers));
  const child = spawn(process.execPath, [...COMMAND, ...args], {
    cwd: REPOSITORY,
    env: {
      ...cleanEnvironment(),
      ...environment,
      ...(mongodbUri === undefined ? {} : { SCOPE_REGISTRY_MONGODB_URI: mongodbUri }),
      ...Object.fromEntries(Object.entries(settings).map(([name, text]) => [`SCOPE_REGISTRY_${name}`, text])),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = captureOutput(child);
  // A test run that breaks off must not leave servers behind.
  const killNow = () => void child.kill("SIGKILL");
  process.once("exit", killNow);
  const closed = once(child, "close").then(() => {
    process.off("exit", killNow);
  });

  const server: LaunchedProcess = {
    dataDir,
    output,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    logLines: () => parseLines(output.stderr()),
    memory: async () => (await readUsage(child.pid ?? 0)).residentBytes,
    abandonOutput() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    signal: (signal) => void child.kill(signal),
    async ended() {
      const timer = setTimeout(killNow, STOP_TIMEOUT_MS);
      await closed;
      clearTimeout(timer);
      const leaked = await leakedSecrets(dataDir, output);
      if (leaked.length > 0) throw new Error(`The server has printed secrets:\n${leaked.join("\n")}`);
      return child.exitCode;
    },
    stop(signal = "SIGTERM") {
      server.signal(signal);
      return server.ended();
    },
    async [Symbol.asyncDispose]() {
      await server.stop("SIGKILL");
      if (givenDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
  return server;
}

/** Starts a server in dev mode on free ports, and waits until it serves. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const launched = await launchServer(options);
  const { dataDir, output, hasEnded } = launched;
  await waitUntil("the server has printed its banner", () => hasEnded() || output.stdout().includes("Ctrl-C"), {
    forMs: START_TIMEOUT_MS,
  }).catch(() => launched.stop("SIGKILL"));
  if (hasEnded()) throw new Error(`The server did not start:\n${output.stderr()}`);

  const banner = output.stdout();
  const devIssuer: DevIssuer = await openDevIssuer(dataDir);
  return {
    ...launched,
    grpcAddress: matched(banner, /gRPC +(\S+)/),
    httpUrl: matched(banner, /HTTP +(\S+)/),
    banner,
    tokens: Object.fromEntries([...banner.matchAll(/export (\w+)=(\S+)/g)].map(([, name, token]) => [name, token])),
    token: (clientId, ...scopes) =>
      devIssuer.mint({ clientId, scope: scopes.join(" "), ttlSeconds: 3_600, audience: "scope-registry" }),
  };
}

/**
 * Runs a server that is expected to end by itself, without any settings but these.
 *
 * @throws {Error} if it does not end in 20 seconds
 */
export function runServer(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return runCommand(process.execPath, [...COMMAND, ...args], { env: settings });
}

/** What a process has printed so far. */
export interface CapturedOutput {
  stdout(): string;
  stderr(): string;
}

function captureOutput(child: ChildProcess): CapturedOutput {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return { stdout: () => texts.stdout, stderr: () => texts.stderr };
}

function parseLines(text: string): LogLine[] {
  // The last piece is a line that is still being written, or nothing.
  return text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LogLine);
}

function matched(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`The banner has nothing like ${pattern}:\n${text}`);
  return found;
}
