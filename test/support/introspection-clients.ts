/** The file of introspection clients, as an operator writes it. */
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSecret } from "../../src/auth/introspection-clients/client-secrets.ts";

/** The cheapest hashes that are taken. */
const CHEAP = { ln: 14, r: 8, p: 1 };

/** A client as it is to be in the file. */
export interface FileClient {
  readonly id: string;
  /** As many as it has hashes. */
  readonly secrets: readonly string[];
  readonly owner?: string;
  readonly introspectAll?: boolean;
}

/** A file of clients. */
export interface ClientsFile extends AsyncDisposable {
  readonly path: string;
  /** Puts others in its place, at once. */
  write(clients: readonly FileClient[]): Promise<void>;
  /** Puts any text in its place. */
  writeText(text: string): Promise<void>;
}

/** Makes a file in a folder of its own. */
export async function makeClientsFile(clients: readonly FileClient[]): Promise<ClientsFile> {
  const folder = await mkdtemp(join(tmpdir(), "scope-registry-clients-"));
  const path = join(folder, "clients.json");
  const writeText = async (text: string) => {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  const write = async (all: readonly FileClient[]) => writeText(JSON.stringify(await Promise.all(all.map(entryOf))));
  await write(clients);
  return { path, write, writeText, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function entryOf({ id, secrets, owner, introspectAll }: FileClient) {
  return {
    client_id: id,
    secret_hashes: await Promise.all(secrets.map((secret) => hashSecret(secret, CHEAP))),
    owner,
    introspect_all: introspectAll,
  };
}
