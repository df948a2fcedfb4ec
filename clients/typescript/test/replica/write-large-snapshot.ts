/** Writes a snapshot of some hundred KiB where it is told to, and prints what became of it. */
import { writeSnapshotFile } from "../../src/replica/snapshot-file.ts";
import { plainScope } from "../judging/few-scopes.ts";

const scopes = Array.from({ length: 5_000 }, (_, at) => plainScope({ name: `s${at}`, description: "d".repeat(200) }));
// The limit is told by a signal first, which would end the process.
process.on("SIGXFSZ", () => undefined);
const outcome = await writeSnapshotFile(process.argv[2] ?? "", {
  registryId: "registry",
  revision: 7,
  asOf: 0,
  owner: "",
  resource: "",
  scopes,
  clients: [],
}).then(
  () => "written",
  (error: NodeJS.ErrnoException) => error.code ?? error.message,
);
process.stdout.write(`${outcome}\n`);
