/** A mongod for tests, on a free port of the loopback and with a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Document, MongoClient, MongoServerError } from "mongodb";
import { freePort } from "./free-port.ts";
import { findMongod } from "./mongod-binary.ts";

const START_TIMEOUT_MS = 30_000;
const ALREADY_INITIALIZED = 23;

/** Arguments of a mongod whose faults can be turned on and off by `configureFailPoint`. */
export const WITH_FAIL_POINTS = ["--setParameter", "enableTestCommands=1"];

/** What kind of mongod to start. */
export interface MongodOptions {
  readonly port?: number;
  /** Default: a new temporary folder, removed by `stop`. */
  readonly dbPath?: string;
  /** The name of the single-member replica set, `rs0` by default; null: a standalone server. */
  readonly replSet?: string | null;
  /** Whether to run replSetInitiate and wait for the primary. */
  readonly initiate?: boolean;
  /** More arguments of mongod. */
  readonly args?: readonly string[];
}

/** A mongod that runs, unless it is killed. */
export interface Mongod {
  /** Without a database name. */
  readonly uri: string;
  readonly port: number;
  readonly dbPath: string;
  readonly pid: number;
  /** Runs an administrative command on this very server, whatever its part in the set is. */
  command(command: Document): Promise<Document>;
  /** Sends a signal. After SIGKILL and SIGTERM it waits for the end of the process, after SIGSTOP until it stands still. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Kills it and removes what it stored. */
  stop(): Promise<void>;
  /** Starts it again, on the same data and port, after killing it if it runs. */
  restart(): Promise<void>;
}

/** Starts a mongod and waits until it is ready: primary, if it is to be a replica set. */
export async function startMongod(options: MongodOptions = {}): Promise<Mongod> {
  const { replSet = "rs0", initiate = replSet !== null, args = [] } = options;
  const { path } = await findMongod();
  const port = options.port ?? (await freePort());
  const dbPath = options.dbPath ?? (await mkdtemp(join(tmpdir(), "scope-registry-mongod-")));
  const logPath = join(dbPath, "mongod.log");
  const commandLine = [
    ...["--port", String(port), "--bind_ip", "127.0.0.1", "--nounixsocket", "--dbpath", dbPath],
    ...["--logpath", logPath, "--logappend", "--wiredTigerCacheSizeGB", "0.5"],
    ...(replSet === null ? [] : ["--replSet", replSet, "--oplogSize", "256"]),
    ...args,
  ];

  let child: ChildProcess;
  const pid = () => {
    if (child.pid === undefined) {
      throw new Error(`${path} could not be started`);
    }
    return child.pid;
  };
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const killNow = () => void child.kill("SIGKILL");
  const start = async () => {
    child = spawn(path, commandLine, { stdio: "ignore" });
    // A test run that breaks off must not leave servers behind.
    process.once("exit", killNow);
    child.once("exit", () => process.off("exit", killNow));
    await once(child, "spawn");
    const ended = once(child, "exit").then(() => {
      throw new Error("mongod has ended");
    });
    await Promise.race([untilReady(port, initiate ? replSet : null), ended]).catch(async (cause: unknown) => {
      killNow();
      throw new Error(`mongod did not start:\n${await readFile(logPath, "utf8").catch(() => "")}`, { cause });
    });
  };
  const kill = async (signal: NodeJS.Signals) => {
    if (isRunning()) {
      const exited = once(child, "exit");
      child.kill(signal);
      if (signal === "SIGKILL" || signal === "SIGTERM") {
        await exited;
      }
      if (signal === "SIGSTOP") await untilStopped(pid());
    }
  };

  await start();
  return {
    uri: `mongodb://127.0.0.1:${port}/${initiate ? `?replicaSet=${replSet}` : ""}`,
    port,
    dbPath,
    get pid() {
      return pid();
    },
    command: (command) => runCommand(port, command),
    kill,
    async stop() {
      await kill("SIGKILL");
      if (options.dbPath === undefined) {
        await rm(dbPath, { recursive: true, force: true });
      }
    },
    async restart() {
      await kill("SIGKILL");
      await start();
    },
  };
}

/** Waits until no thread of a process runs any more: what is asked before that may still be answered. Only Linux tells. */
async function untilStopped(pid: number): Promise<void> {
  const tasks = `/proc/${pid}/task`;
  for (;;) {
    const threads = await readdir(tasks).catch(() => []);
    const states = await Promise.all(
      threads.map((thread) => readFile(join(tasks, thread, "stat"), "utf8").catch(() => "")),
    );
    // The state follows the command, which stands in parentheses (proc_pid_stat(5)).
    if (states.every((stat) => stat.slice(stat.lastIndexOf(")")).startsWith(") T"))) return;
    await delay(1);
  }
}

/** Waits for the answer to `hello` and, where a replica set is named, sets it up and waits for its primary. */
async function untilReady(port: number, replSet: string | null): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: START_TIMEOUT_MS,
    heartbeatFrequencyMS: 500,
  });
  try {
    await client.connect();
    const admin = client.db("admin");
    if (replSet !== null) {
      const config = { _id: replSet, members: [{ _id: 0, host: `127.0.0.1:${port}` }] };
      await admin.command({ replSetInitiate: config }).catch((error: unknown) => {
        if (!(error instanceof MongoServerError) || error.code !== ALREADY_INITIALIZED) {
          throw error;
        }
      });
      const giveUp = AbortSignal.timeout(START_TIMEOUT_MS);
      for (let isPrimary = false; !isPrimary; ) {
        await delay(20, undefined, { signal: giveUp });
        const { isWritablePrimary } = await admin.command({ hello: 1 });
        isPrimary = isWritablePrimary === true;
      }
    }
  } finally {
    await client.close();
  }
}

async function runCommand(port: number, command: Document): Promise<Document> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    return await client.db("admin").command(command);
  } finally {
    await client.close();
  }
}
