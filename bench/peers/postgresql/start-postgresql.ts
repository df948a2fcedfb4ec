import { chown, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import { makeTemporaryFolder } from "../../harness/temporary-folder.ts";
import { type ForeignProcess, startForeignProcess } from "../foreign-process.ts";
import { runCommand } from "../run-command.ts";

/** The user that owns nothing, `nobody`: PostgreSQL refuses to be run by root. */
const NOBODY = 65_534;

/** A PostgreSQL that runs, whose one database `postgres` is empty. The user `bench` needs no password. */
export interface Postgresql extends ForeignProcess {
  readonly port: number;
}

/** Starts a PostgreSQL with its own settings, which are durable, in a folder that is removed at the end. */
export async function startPostgresql(binaries: string): Promise<Postgresql> {
  await using parts = new AsyncDisposableStack();
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const { path: folder } = parts.use(await makeTemporaryFolder("postgresql"));
  if (uid !== undefined) await chown(folder, uid, uid);
  await runCommand(
    join(binaries, "initdb"),
    ["-D", folder, "--auth=trust", "--username=bench", "--no-locale", "--encoding=UTF8", "--no-sync"],
    { cwd: tmpdir(), ...(uid === undefined ? {} : { uid, gid: uid }) },
  );
  const port = await freePort();
  const { pid } = parts.use(
    await startForeignProcess({
      command: join(binaries, "postgres"),
      args: ["-D", folder, "-h", "127.0.0.1", "-p", String(port), "-k", ""],
      cwd: folder,
      uid,
      // Ends the connections that are open, in place of waiting for them.
      stopSignal: "SIGINT",
      isReady: async () => (await readFile(join(folder, "postmaster.pid"), "utf8")).includes("ready"),
    }),
  );
  const all = parts.move();
  return { pid, port, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
