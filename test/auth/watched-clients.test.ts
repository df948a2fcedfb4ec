import { unlink } from "node:fs/promises";
import pino, { type Logger } from "pino";
import { expect, it } from "vitest";
import { watchClients } from "../../src/auth/introspection-clients/watched-clients.ts";
import { loadSettings } from "../../src/config/settings.ts";
import { makeClientsFile } from "../support/introspection-clients.ts";
import { waitUntil } from "../support/wait-until.ts";

const { scopeNames } = loadSettings({}, ["--dev"]);
const SECRET = "a secret that is long enough";

function loggerInto(lines: string[]): Logger {
  return pino({ base: null }, { write: (line: string) => void lines.push(line) });
}

it("keeps the clients of before where a changed file cannot be used, says so, and takes the next that can be", async () => {
  await using file = await makeClientsFile([{ id: "gateway", secrets: [SECRET] }]);
  const lines: string[] = [];
  const clients = watchClients({ file: file.path, scopeNames, logger: loggerInto(lines) });
  try {
    const before = clients.verifier;
    const problem = async (text: string) => {
      lines.length = 0;
      await file.writeText(text);
      return waitUntil("it is looked at", () => lines.find((line) => line.includes("cannot be used")));
    };
    expect(await problem('[{"client_id": "gateway", "secret_hashes": ["hunter2"], "x": 1}]')).not.toContain("hunter2");
    expect(await problem("[{hunter2")).not.toContain("hunter2");
    lines.length = 0;
    await unlink(file.path);
    await waitUntil("it is missed", () => lines.find((line) => line.includes("ENOENT")));
    expect(clients.verifier).toBe(before);
    expect(await before.verify({ clientId: "gateway", secret: SECRET })).toMatchObject({ clientId: "gateway" });

    await file.write([]);
    await waitUntil("it is taken", () => clients.verifier !== before);
    const gone = async () => clients.verifier.verify({ clientId: "gateway", secret: SECRET });
    await expect(gone()).rejects.toMatchObject({ reason: "CLIENT_INVALID" });
    expect(lines.at(-1)).toContain('"clients":0');
  } finally {
    clients.close();
  }
});
